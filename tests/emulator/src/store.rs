//! The batches of a world, by id and by age.

use crate::batches::{Batch, NewBatch};
use std::collections::{BTreeMap, HashMap};

/// When a batch was made, and as which one, so that no two are of the same age.
type Age = (i64, u64);

/// All batches, and the ids of deleted ones.
#[derive(Debug, Default)]
pub struct Store {
    by_id: HashMap<String, Age>,
    by_age: BTreeMap<Age, Batch>,
    made: u64,
    /// The ids of deleted batches, in the order of their deletion.
    pub deleted: Vec<String>,
}

/// The beginning of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor<'a> {
    /// At the newest.
    Start,
    /// `after_id`: older than this one.
    After(&'a str),
    /// `before_id`: newer than this one.
    Before(&'a str),
}

impl Store {
    /// Adds a batch, or says that the id is taken.
    pub fn add(&mut self, new: NewBatch) -> Result<&mut Batch, String> {
        if self.by_id.contains_key(&new.id) {
            return Err(format!("there is a batch {} already", new.id));
        }
        self.made += 1;
        let age = (new.created_ms, self.made);
        self.by_id.insert(new.id.clone(), age);
        Ok(self.by_age.entry(age).or_insert_with(|| new.into()))
    }

    /// Finds a batch.
    pub fn get(&mut self, id: &str) -> Option<&mut Batch> {
        self.by_age.get_mut(self.by_id.get(id)?)
    }

    /// Deletes a batch.
    pub fn delete(&mut self, id: &str) {
        if let Some(age) = self.by_id.remove(id) {
            self.by_age.remove(&age);
            self.deleted.push(id.to_owned());
        }
    }

    /// Every batch, newest first.
    pub fn newest_first(&mut self) -> impl Iterator<Item = &mut Batch> {
        self.by_age.values_mut().rev()
    }

    /// Returns one page, newest first, and whether there is more in that direction. `None`: the
    /// cursor's batch does not exist, or was deleted. The API's behaviour is not documented then: a
    /// client that deletes while it lists must not rely on a deleted cursor.
    pub fn page(&mut self, cursor: Cursor<'_>, limit: usize) -> Option<(Vec<&mut Batch>, bool)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let age = |id: &str| self.by_id.get(id).copied();
        let mut page: Vec<&mut Batch> = match cursor {
            Cursor::Start => {
                let newest = self.by_age.values_mut().rev();
                newest.take(limit + 1).collect()
            }
            Cursor::After(id) => {
                let older = self.by_age.range_mut(..age(id)?).rev();
                older.take(limit + 1).map(|(_, batch)| batch).collect()
            }
            Cursor::Before(id) => {
                let newer = self.by_age.range_mut((Excluded(age(id)?), Unbounded));
                newer.take(limit + 1).map(|(_, batch)| batch).collect()
            }
        };
        let more = page.len() > limit;
        page.truncate(limit);
        if matches!(cursor, Cursor::Before(_)) {
            page.reverse();
        }
        Some((page, more))
    }
}

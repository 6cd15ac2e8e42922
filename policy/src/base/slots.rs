//! Numbered slots that are used again, so that a driver can refer to a call by number.

/// The slots and their contents.
#[derive(Debug)]
pub struct Slots<T> {
    all: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Slots<T> {
    #[must_use]
    /// Creates slots without values.
    pub const fn new() -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Returns the number of slots in use.
    #[cfg(feature = "jobs")]
    pub(crate) fn len(&self) -> u32 {
        let in_use = self.all.len().saturating_sub(self.free.len());
        u32::try_from(in_use).unwrap_or(u32::MAX)
    }

    /// Returns the slots in use, and their numbers.
    #[cfg(feature = "jobs")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let slots = (0..).zip(&self.all);
        slots.filter_map(|(index, slot)| Some((index, slot.as_ref()?)))
    }

    /// Puts something into a free slot and returns the slot's number.
    pub fn insert(&mut self, value: T) -> u32 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.all.push(None);
            u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
        });
        if let Some(slot) = self.all.get_mut(index as usize) {
            *slot = Some(value);
        }
        index
    }

    /// Returns the value with this number.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        self.all.get_mut(index as usize)?.as_mut()
    }

    /// Empties a slot.
    pub fn remove(&mut self, index: u32) -> Option<T> {
        let value = self.all.get_mut(index as usize)?.take()?;
        self.free.push(index);
        Some(value)
    }
}

impl<T> Slots<Option<T>> {
    /// Takes the content for a step; the slot stays occupied.
    pub fn take(&mut self, index: u32) -> Option<T> {
        self.get_mut(index)?.take()
    }

    /// Puts the content back, unless the slot was emptied.
    pub fn put_back(&mut self, index: u32, value: T) {
        if let Some(place) = self.get_mut(index) {
            *place = Some(value);
        }
    }
}

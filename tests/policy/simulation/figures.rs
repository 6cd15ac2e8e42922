//! The figures of a run, their goals, and the plots.

use super::engine::{Outcome, Plan, Server, job, pool};

/// Returns the number of seeds: one, or the number that `npm run simulate` sets.
pub(crate) fn seeds() -> std::ops::Range<u64> {
    let set = std::env::var("SEEDS").ok().and_then(|set| set.parse().ok());
    0..set.unwrap_or(1)
}

/// Returns whether `npm run simulate` runs the tests: it collects the figures and the plots.
fn is_simulate() -> bool {
    std::env::var_os("PLOT").is_some()
}

/// A bound of a figure: at least or at most.
#[derive(Clone, Copy, Debug)]
enum Bound {
    Least(f64),
    Most(f64),
}

/// A figure of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    name: &'static str,
    value: f64,
    goal: Option<Bound>,
    /// The bound of the test: the goal, unless it is missed.
    bound: Option<Bound>,
}

impl Figure {
    pub(crate) fn least(name: &'static str, value: f64, goal: f64) -> Self {
        Self::new(name, value, Some(Bound::Least(goal)))
    }

    pub(crate) fn most(name: &'static str, value: f64, goal: f64) -> Self {
        Self::new(name, value, Some(Bound::Most(goal)))
    }

    fn new(name: &'static str, value: f64, goal: Option<Bound>) -> Self {
        Self {
            name,
            value,
            goal,
            bound: goal,
        }
    }

    /// The goal is missed by some seeds, or there is none: the test demands this.
    pub(crate) fn demand(mut self, bound: f64) -> Self {
        self.bound = self.bound.map(|goal| match goal {
            Bound::Least(_) => Bound::Least(bound),
            Bound::Most(_) => Bound::Most(bound),
        });
        self
    }

    /// The bound is the test's own, not one of the goals.
    pub(crate) fn without_goal(self) -> Self {
        Self { goal: None, ..self }
    }

    fn holds(&self) -> bool {
        match self.bound {
            Some(Bound::Least(least)) => self.value >= least,
            Some(Bound::Most(most)) => self.value <= most,
            None => true,
        }
    }
}

/// The standard deviations by which more requests are refused than in a pool.
fn beyond(ours: &Outcome, other: &Outcome) -> f64 {
    let (n, m) = (ours.sent.len() as f64, other.sent.len() as f64);
    let both = (ours.refused() * n + other.refused() * m) / (n + m);
    let deviation = (both * (1.0 - both) * (1.0 / n + 1.0 / m)).sqrt();
    (ours.refused() - other.refused()) / deviation.max(1e-9)
}

/// Standard deviations that chance does not exceed in thousands of runs.
const CHANCE: f64 = 4.5;

/// The share of the pool's deletes a second that every scenario has to reach.
const AS_FAST: f64 = 0.8;

/// The figures that every scenario has, beside a pool: whether it is as fast, and wastes no more.
fn beside(ours: &Outcome, other: &Outcome, runs: &Runs) -> [Figure; 2] {
    let ratio = ours.per_second() / other.per_second();
    [
        Figure::least("of the pool's deletes a second", ratio, AS_FAST).demand(runs.least),
        Figure::most(
            "deviations beyond the pool's refusals",
            beyond(ours, other),
            CHANCE,
        )
        .demand(runs.beyond),
    ]
}

/// Runs a job and a pool, each against a server of its own.
pub(crate) fn both<S: Server>(mut server: impl FnMut() -> S, plan: Plan) -> (Outcome, Outcome) {
    (job(&mut server(), plan), pool(&mut server(), plan))
}

/// The runs of a test, and the bounds that they missed: all are printed before the test fails.
pub(crate) struct Runs {
    missed: Vec<String>,
    /// The least share of the pool's deletes a second that a job must reach: the goal, unless it is
    /// missed.
    pub(crate) least: f64,
    /// The same for the deviations beyond the pool's refusals.
    pub(crate) beyond: f64,
}

impl Default for Runs {
    fn default() -> Self {
        Self {
            missed: Vec::new(),
            least: AS_FAST,
            beyond: CHANCE,
        }
    }
}

impl Runs {
    /// Prints the figures of a run for `npm run simulate`, and checks them.
    pub(crate) fn report(
        &mut self,
        name: &str,
        seed: u64,
        (ours, other): (&Outcome, Option<&Outcome>),
        figures: &[Figure],
    ) {
        plot(name, seed, "ours", &ours.sent);
        let mut all = vec![Figure::new("refused, %", 100.0 * ours.refused(), None)];
        all.extend(figures);
        if let Some(other) = other {
            plot(name, seed, "pool", &other.sent);
            let refused = 100.0 * other.refused();
            all.push(Figure::new("refused of the pool's, %", refused, None));
            all.extend(beside(ours, other, self));
        }
        for figure in all {
            let goal = match figure.goal {
                Some(Bound::Least(goal)) => format!("least|{goal}"),
                Some(Bound::Most(goal)) => format!("most|{goal}"),
                None => "|".to_owned(),
            };
            println!(
                "\nRUN|{name}|{seed}|{}|{:.4}|{goal}",
                figure.name, figure.value
            );
            if !figure.holds() {
                self.missed.push(format!("{name}, seed {seed}: {figure:?}"));
            }
        }
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        // `npm run simulate` counts the missed goals.
        if !std::thread::panicking() && !is_simulate() {
            assert!(self.missed.is_empty(), "{:#?}", self.missed);
        }
    }
}

/// The columns of a plot.
const COLUMNS: usize = 48;

/// Prints the numbers of requests that were sent and refused over time with the first seed.
fn plot(name: &str, seed: u64, policy: &str, sent: &[(f64, bool)]) {
    if seed != 0 || !is_simulate() {
        return;
    }
    let end = sent.iter().map(|(at, _)| *at).fold(1.0, f64::max);
    let (mut all, mut refused) = (vec![0; COLUMNS], vec![0; COLUMNS]);
    for (at, is_refused) in sent {
        let column = (at / end * (COLUMNS as f64 - 1.0)) as usize;
        all[column] += 1;
        refused[column] += i32::from(*is_refused);
    }
    println!("\nPLOT|{name}|{policy}|{end:.0}|{all:?}|{refused:?}");
}

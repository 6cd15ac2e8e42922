//! Deletes Claude Message Batches through the fetch API, wherever JavaScript runs.
//!
//! This crate is compiled to WebAssembly and published as the npm package `delete-message-batch`:
//! it begins the actions of the state machines of [`policy`], whose ends the loops of `pkg/run/` await. A
//! Rust program has nothing to call here. It uses the crate [`delete-message-batch-policy`][policy] with
//! an HTTP client of its own.

mod border;
mod calls;
pub mod environment;
#[cfg(feature = "jobs")]
pub mod jobs;
#[cfg(feature = "jobs")]
mod lists;
#[cfg(feature = "relay")]
pub mod masking;
pub mod operations;
#[doc(hidden)]
pub mod options;
#[cfg(feature = "relay")]
pub mod relay;
mod report;
mod request;
pub mod response;
mod types;

#[cfg(target_arch = "wasm32")]
mod allocator {
    use talc::base::binning::Binning;
    use talc::cell::TalcSyncCell;
    use talc::wasm::WasmGrowAndExtend;

    /// A list of free chunks for each power of two: less code than talc's finer lists need.
    struct PowersOfTwo;

    impl Binning for PowersOfTwo {
        type AvailabilityBitField = u32;

        fn size_to_bin(size: usize) -> u32 {
            (size | 1).ilog2()
        }
    }

    #[global_allocator]
    static ALLOCATOR: TalcSyncCell<WasmGrowAndExtend, PowersOfTwo> =
        TalcSyncCell::new_wasm(WasmGrowAndExtend::new());
}

//! `bindgen <wasm> <name> <folder>`: writes `<name>.js`, `<name>.d.ts` and `<name>_bg.wasm` into the folder.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wasm, name, folder] = arguments.as_slice() else {
        return Err("usage: bindgen <wasm> <name> <folder>".into());
    };
    Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        // The only target whose glue leaves the loading to its importer.
        .web(true)?
        .typescript(true)
        // Otherwise bundlers follow a `new URL(...)` to a file that the inline entry does not need.
        .omit_default_module_path(true)
        // Every supported runtime has TextEncoder.encodeInto.
        .encode_into(EncodeInto::Always)
        .generate(folder)?;
    Ok(())
}

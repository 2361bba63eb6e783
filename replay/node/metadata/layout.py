"""The form of metadata itself, versions 14 and 15. Source: frame-metadata v14.rs and v15.rs, scale-info."""

from neuron_ledger.replay.node.types.codec import Codec
from neuron_ledger.replay.node.types.definitions import Definitions, enum, struct

MAGIC = b"meta"
HASHERS = ("Blake2_128", "Blake2_256", "Blake2_128Concat", "Twox128", "Twox256", "Twox64Concat", "Identity")
_PRIMITIVES = "bool char str u8 u16 u32 u64 u128 u256 i8 i16 i32 i64 i128 i256"

_TYPES: Definitions = {
    "Primitive": enum("", _PRIMITIVES),
    "Hasher": enum("", HASHERS),
    "Modifier": enum("", ["Optional", "Default"]),
    "Field": struct("", "name: Option<str>, type: Compact<u32>, type_name: Option<str>, docs: Vec<str>"),
    "Variant": struct("", "name: str, fields: Vec<Field>, index: u8, docs: Vec<str>"),
    "Parameter": struct("", "name: str, type: Option<Compact<u32>>"),
    "TypeDef": enum(
        "",
        [
            "Composite: Vec<Field>",
            "Variant: Vec<Variant>",
            "Sequence: Compact<u32>",
            "Array: u32, Compact<u32>",
            "Tuple: Vec<Compact<u32>>",
            "Primitive: Primitive",
            "Compact: Compact<u32>",
        ],
    ),
    "Type": struct("", "path: Vec<str>, params: Vec<Parameter>, def: TypeDef, docs: Vec<str>"),
    "NumberedType": struct("", "id: Compact<u32>, type: Type"),
    "EntryType": enum("", ["Plain: Compact<u32>", "Map: Vec<Hasher>, Compact<u32>, Compact<u32>"]),
    "Entry": struct("", "name: str, modifier: Modifier, type: EntryType, default: Vec<u8>, docs: Vec<str>"),
    "Storage": struct("", "prefix: str, entries: Vec<Entry>"),
    "Constant": struct("", "name: str, type: Compact<u32>, value: Vec<u8>, docs: Vec<str>"),
    "Pallet14": struct(
        "",
        "name: str, storage: Option<Storage>, calls: Option<Compact<u32>>, event: Option<Compact<u32>>, constants: "
        "Vec<Constant>, error: Option<Compact<u32>>, index: u8",
    ),
    "Pallet15": struct(
        "",
        "name: str, storage: Option<Storage>, calls: Option<Compact<u32>>, event: Option<Compact<u32>>, constants: "
        "Vec<Constant>, error: Option<Compact<u32>>, index: u8, docs: Vec<str>",
    ),
    "Extension": struct("", "identifier: str, type: Compact<u32>, additional_signed: Compact<u32>"),
    "Extrinsic14": struct("", "type: Compact<u32>, version: u8, signed_extensions: Vec<Extension>"),
    "Extrinsic15": struct(
        "",
        "version: u8, address: Compact<u32>, call: Compact<u32>, signature: Compact<u32>, extra: Compact<u32>, "
        "signed_extensions: Vec<Extension>",
    ),
    "Input": struct("", "name: str, type: Compact<u32>"),
    "Method": struct("", "name: str, inputs: Vec<Input>, output: Compact<u32>, docs: Vec<str>"),
    "Api": struct("", "name: str, methods: Vec<Method>, docs: Vec<str>"),
    "OuterEnums": struct("", "call: Compact<u32>, event: Compact<u32>, error: Compact<u32>"),
    "Custom": struct("", "name: str, type: Compact<u32>, value: Vec<u8>"),
    "Metadata14": struct("", "types: Vec<NumberedType>, pallets: Vec<Pallet14>, extrinsic: Extrinsic14, runtime: Compact<u32>"),
    "Metadata15": struct(
        "",
        "types: Vec<NumberedType>, pallets: Vec<Pallet15>, extrinsic: Extrinsic15, runtime: Compact<u32>, apis: Vec<Api>, "
        "outer_enums: OuterEnums, custom: Vec<Custom>",
    ),
}

METADATA_CODEC = Codec(_TYPES)
"""Writes metadata: `Metadata14` and `Metadata15`, after the magic and the version's byte."""

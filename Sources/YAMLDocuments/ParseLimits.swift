/// How much one file may ask of the reader; each limit has an error of its own.
package struct ParseLimits: Sendable, Hashable {
    /// How deep sequences and mappings may nest, counted through aliases.
    package var nesting = 64
    /// How many nodes the aliases and merge keys of one document may stand for.
    package var aliasedNodes = 100_000
    /// How many bytes one scalar may have.
    package var scalarBytes = 1 << 20
    /// How many keys one mapping may have, merged ones included.
    package var keysPerMapping = 10_000
    /// How many bytes one key may have.
    package var keyBytes = 1024
    /// How many bytes one file may have.
    package var fileBytes = 64 << 20

    /// The limits that manifests are read with.
    package static let standard = ParseLimits()

    /// The standard limits, to be changed.
    package init() {}
}

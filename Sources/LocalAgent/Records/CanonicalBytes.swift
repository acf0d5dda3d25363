import ResourceModel

extension CanonicalCodable {
    /// The canonical text as bytes, for files.
    func canonicalBytes() -> [UInt8] {
        var writer = CanonicalWriter()
        encode(to: &writer)
        return writer.bytes
    }
}

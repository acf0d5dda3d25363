/// Memory for reading that one file after the other uses, since allocating it costs as much as reading a small file.
///
/// For one task at a time: nothing of a file that was read with it may be looked at once the next one is.
package final class YAMLScratch {
    var records = GrowingBuffer<NodeRecord>(capacity: 1024)
    var side = GrowingBuffer<UInt8>(capacity: 256)
    var open = GrowingBuffer<OpenCollection>(capacity: 80)
    var keys = KeyTable()
    var frames = GrowingBuffer<PlainScanner.Frame>(capacity: 68)

    package init() {}

    deinit {
        records.free()
        side.free()
        open.free()
        keys.free()
        frames.free()
    }
}

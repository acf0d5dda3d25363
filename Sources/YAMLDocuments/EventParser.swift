import CLibYAML

/// libyaml's parser over a stretch of memory, with its event.
///
/// It holds plain memory, which the owner frees.
struct EventParser {
    private struct Input {
        var next: UnsafePointer<UInt8>
        var rest: Int
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let input: UnsafeMutablePointer<Input>

    /// Starts on `count` bytes; nil if there is no memory.
    ///
    /// libyaml decodes all that it is given at once, 16 KiB of it. Fed in steps it decodes little more than the one
    /// document for which it is needed.
    init?(bytes: UnsafePointer<UInt8>, count: Int, isStepped: Bool) {
        parser = .allocate(capacity: 1)
        event = .allocate(capacity: 1)
        input = .allocate(capacity: 1)
        input.initialize(to: Input(next: bytes, rest: count))
        guard yaml_parser_initialize(parser) == 1 else {
            deallocate()
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        guard isStepped else {
            yaml_parser_set_input_string(parser, bytes, count)
            return
        }
        yaml_parser_set_input(
            parser,
            { context, buffer, size, given in
                guard let context, let buffer, let given else { return 0 }
                let input = context.assumingMemoryBound(to: Input.self)
                let step = min(size, input.pointee.rest, 1024)
                buffer.update(from: input.pointee.next, count: step)
                input.pointee.next += step
                input.pointee.rest -= step
                given.pointee = step
                return 1
            },
            input
        )
    }

    /// What libyaml says about itself, such as its error.
    var state: yaml_parser_t { parser.pointee }

    /// The next event, to be given to `yaml_event_delete`; nil after an error.
    @inline(__always)
    func next() -> UnsafeMutablePointer<yaml_event_t>? {
        yaml_parser_parse(parser, event) == 1 ? event : nil
    }

    /// Frees the memory; the parser must not be used again.
    func free() {
        yaml_parser_delete(parser)
        deallocate()
    }

    private func deallocate() {
        parser.deallocate()
        event.deallocate()
        input.deallocate()
    }
}

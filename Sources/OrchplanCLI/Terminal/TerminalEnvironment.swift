/// What is known of where the output goes; read once at the start, then a plain value.
package struct TerminalEnvironment: Sendable, Hashable {
    /// A standard stream.
    package enum Stream: Int32, Sendable, Hashable {
        case input = 0
        case output = 1
        case errors = 2
    }

    package var variables: [String: String]
    package var terminals: Set<Stream>
    package var choice: ColorChoice
    /// The size of the terminal when the program started; nil: there is none.
    package var size: TerminalSize?

    package init(
        variables: [String: String],
        terminals: Set<Stream>,
        choice: ColorChoice = .auto,
        size: TerminalSize? = nil
    ) {
        self.variables = variables
        self.terminals = terminals
        self.choice = choice
        self.size = size
    }

    /// Whether someone sits at both ends, so that a question can be asked.
    package var isInteractive: Bool { terminals.contains(.input) && terminals.contains(.errors) && !isAutomated }

    /// Whether a CI system runs this: `CI` is set, and neither empty nor `false` nor `0`.
    package var isAutomated: Bool {
        guard let value = variables["CI"]?.lowercased() else { return false }
        return !value.isEmpty && value != "false" && value != "0"
    }

    /// Whether the live view can be drawn on the stream: a terminal that can move its cursor, and no CI log.
    package func canRedraw(_ stream: Stream) -> Bool {
        terminals.contains(stream) && variables["TERM"] != "dumb" && !isAutomated && (size?.width ?? 0) >= 20
            && (size?.height ?? 0) >= 4
    }

    /// How views lay out what they write to a stream.
    ///
    /// Off a terminal there is no width: a file or another program gets every table whole.
    package func format(_ stream: Stream) -> ViewFormat {
        let isTerminal = terminals.contains(stream)
        return ViewFormat(
            isColoured: choice.isColoured(isTerminal: isTerminal, environment: variables),
            width: isTerminal ? (size?.width ?? 80) : nil,
            glyphs: isUTF8 ? .unicode : .ascii
        )
    }

    /// Whether the locale says UTF-8; `LC_ALL` before `LC_CTYPE` before `LANG`, and UTF-8 where none is set.
    private var isUTF8: Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = variables[name], !value.isEmpty else { continue }
            let lowered = value.lowercased()
            return lowered.contains("utf-8") || lowered.contains("utf8")
        }
        return true
    }
}

/// How large a terminal is, in columns and lines.
package struct TerminalSize: Sendable, Hashable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

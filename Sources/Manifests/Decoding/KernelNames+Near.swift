import ResourceModel
import SourceDiagnostics

extension KernelNames {
    /// The capability that a mistyped one was meant to be, with `CAP_` where it has that.
    static func nearCapability(_ name: String) -> String? {
        let bare = bareCapability(name)
        return Suggestion.nearest(bare, in: capabilities + ["ALL"])
            .map { bare.utf8.count < name.utf8.count ? "CAP_" + $0 : $0 }
    }

    /// The signal that a mistyped one was meant to be: `SIGTERM` for `sigterm` and `SIGTREM`.
    static func nearSignal(_ name: String) -> String? {
        let capitals = name.uppercased()
        let full = capitals.hasPrefix("SIG") ? capitals : "SIG" + capitals
        return signalNumber(full) == nil ? Suggestion.nearest(full, in: signals.dropFirst().map { "SIG" + $0 }) : full
    }
}

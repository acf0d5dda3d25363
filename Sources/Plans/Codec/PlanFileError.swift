/// Why a file cannot be used as a plan.
package enum PlanFileError: Error, Sendable, Hashable {
    /// It was never a plan.
    case notAPlan
    /// A newer orchplan wrote it.
    case newerVersion(found: String)
    /// Its end is missing.
    case truncated
    /// It was made from another project's or another state's record.
    case wrongLineage(found: String)
    /// It is not as it was written.
    case edited
    /// It is as it was written, and this version cannot read it.
    case unreadable(String)

    /// Lowercase, no full stop.
    package var message: String {
        switch self {
        case .notAPlan: "the file is not an orchplan plan"
        case .newerVersion(let found): "the plan has format \(found), and this version reads \(Plan.formatVersion)"
        case .truncated: "the plan file is cut off"
        case .wrongLineage: "the plan was made from another state than this project's"
        case .edited: "the plan file was changed after it was written"
        case .unreadable(let detail): "the plan cannot be read: \(detail)"
        }
    }

    /// What to do about it.
    package var help: String {
        switch self {
        case .notAPlan: "write one with 'orchplan plan --out FILE'"
        case .newerVersion: "use the version of orchplan that wrote it, or plan again"
        case .wrongLineage: "apply it where it was made, or plan again here"
        case .truncated, .edited, .unreadable: "plan again"
        }
    }
}

import ResourceModel

extension LintRule {
    static let writableRoot = LintRule(
        "5048",
        "writable-root",
        .security,
        nil,
        "The root file system of a service's instances can be written to.",
        why: "What cannot be written an intruder cannot change, and data that should be in a volume is noticed at "
            + "the first write.",
        remedy: "Write readOnly: true, and mount a tmpfs where it writes.",
        example: .service(
            fails: "image: shop/web:1",
            passes: """
                image: shop/web:1
                readOnly: true
                """
        ),
        check: .services { service, subject in
            guard !service.readOnly else { return [] }
            return [
                LintFinding(
                    field: nil,
                    "an intruder can change the files of Service `\(subject.name)`",
                    help: "write `readOnly: true`",
                    fix: .set("readOnly", "true")
                )
            ]
        }
    )
}

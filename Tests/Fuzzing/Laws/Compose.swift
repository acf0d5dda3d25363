import Compose
import Manifests
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// A text as the one Compose file of a stack.
enum ComposeLaws {
    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        let first = try convert(input)
        try DiagnosticLaws.check(first.diagnostics, first.sources)
        try DiagnosticLaws.checkPrinted(first.project + first.driver)
        let again = try convert(input)
        try expect(again.files == first.files, "a second run writes other files")
        try expect(again.diagnostics == first.diagnostics, "a second run finds something else")
        for loss in first.losses {
            let range = loss.range
            guard let file = first.sources[range.file] else { throw BrokenLaw("a loss in no file") }
            try expect(range.start <= range.end && Int(range.end) <= file.count, "a loss outside of the file")
        }
        try expect(first.files.isEmpty || !first.diagnostics.hasErrors, "files in spite of errors")
        for file in first.files {
            // What is written is laid out as `fmt` has it, and may be laid out by it.
            let source = SourceFile(path: file.path, text: file.text)
            let layout = LayoutFormatter.format(source)
            try expect(layout == .unchanged, "\(file.path) is not laid out: \(layout)")
            let read = YAMLReader.read(file: source, id: SourceID(0))
            try expect(!read.diagnostics.hasErrors, "\(file.path) is no YAML")
        }
    }

    private static func convert(_ input: [UInt8]) throws(BrokenLaw) -> Conversion {
        let folder = FolderOfTexts.folder
        var request = ConversionRequest(
            inputs: [.init(path: "\(folder)/compose.yaml", shownAs: "compose.yaml")],
            output: "/out",
            base: folder,
            shownRelativeTo: folder
        )
        request.files = FolderOfTexts("compose.yaml", input)
        request.values = ["A": "1", "EMPTY": ""]
        request.environment = ["B": "two"]
        return try finished { [request] in await ComposeConverter.convert(request) }
    }
}

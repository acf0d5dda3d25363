import ArgumentParser
import Simulation

/// `orchplan-sim`: plays seeds through and says what never should have happened.
@main
struct OrchplanSim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchplan-sim",
        abstract: "Play applies through in one deterministic world for each seed, with whatever can go wrong.",
        discussion: """
            A long run says on standard error how far it is, and names seeds that fail at once.
            Exit status: 0 no invariant was violated, 1 one was, 64 usage. docs/simulation.md says what is simulated.

              orchplan-sim --seeds 20000
              orchplan-sim --seed 4711 --trace
            """
    )

    @Option(help: "How many seeds to play.")
    var seeds = 1000

    @Option(name: .customLong("from"), help: "The first seed.")
    var first: UInt64 = 0

    @Option(help: "Play this seed alone, and make it smaller where it fails.")
    var seed: UInt64?

    @Flag(help: "Print the history of the seed, made as small as still fails.")
    var trace = false

    @Flag(name: .customLong("no-shrink"), help: "Do not make a failing seed smaller.")
    var keepsWhole = false

    @Option(help: "How many seeds to play at a time; 0: as many as there are processors.")
    var jobs = 0

    @Option(
        help: ArgumentHelp(
            "What may go wrong: kinds with commas between, 'all' or 'none'.",
            discussion: FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
        )
    )
    var faults = FaultChoice(kinds: Set(FaultKind.allCases))

    @Option(
        help: ArgumentHelp("Break the simulation itself in this way, to see that it is found.", visibility: .hidden)
    )
    var sabotage: Sabotage?

    @Flag(help: "Print the summary as JSON.")
    var json = false

    mutating func run() async throws {
        if let seed {
            let view = SeedView(seed: seed, faults: faults, sabotage: sabotage, isTraced: trace, shrinks: !keepsWhole)
            print(view.text)
            if view.failed { throw ExitCode(1) }
            return
        }
        let news = TourNews()
        let watch = Task { [seeds, faults] in await TourWatch(news: news, total: seeds, faults: faults).run() }
        let range = first..<(first + UInt64(max(0, seeds)))
        let tour = await Tour.run(range, faults: faults.kinds, sabotage, jobs: jobs, news: news)
        watch.cancel()
        print(json ? tour.json : SummaryView(tour: tour, first: first, faults: faults).text)
        if !tour.failures.isEmpty { throw ExitCode(1) }
    }
}

extension Sabotage: ExpressibleByArgument {}

/// What `--faults` says.
struct FaultChoice: ExpressibleByArgument {
    var kinds: Set<FaultKind>

    init(kinds: Set<FaultKind>) { self.kinds = kinds }

    init?(argument: String) {
        switch argument {
        case "all": kinds = Set(FaultKind.allCases)
        case "none": kinds = []
        default:
            let named = argument.split(separator: ",").map { FaultKind(rawValue: String($0)) }
            guard !named.contains(nil) else { return nil }
            kinds = Set(named.compactMap { $0 })
        }
    }

    var defaultValueDescription: String { "all" }

    /// As an argument: empty where everything may go wrong.
    var argument: String {
        if kinds.count == FaultKind.allCases.count { return "" }
        if kinds.isEmpty { return " --faults none" }
        return " --faults " + FaultKind.allCases.filter(kinds.contains).map(\.rawValue).joined(separator: ",")
    }
}

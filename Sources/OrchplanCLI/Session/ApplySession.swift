import Applying
import Drivers
import Planning
import Plans
import ResourceModel
import StateStores

/// How an apply is run and shown, as typed.
struct ApplySettings: Sendable {
    var approved: Bool
    var timeout: Duration
    var lockTimeout: Duration
    var mode: ApplyPresenter.Mode
    var title = "Apply"
    /// What to type to go on after a failure.
    var nextCommand = "orchplan apply"
    var operation = "apply"
    /// Whether the record may move to another cluster.
    var takesOver = false
    /// What `history` says before the counts; nil: nothing.
    var note: String?
}

extension Workspace {
    /// Runs a plan to its end under the lock that is held, and says what came of it.
    ///
    /// A simulated cluster has a clock that jumps over every wait: only what is really done takes time.
    /// - Returns: The exit code.
    func run(
        _ plan: Plan,
        driver: any ClusterDriver,
        store: any StateStore,
        recorded: RecordedState,
        grant: LockGrant,
        settings apply: ApplySettings
    ) async throws -> Int32 {
        var driver = driver
        var time: any TimeSource = SystemTime()
        if settings.driver.name == "simulated" {
            time = VirtualTime()
            driver = try makeDriver(recorded: recorded, time: time)
        }
        let digest = plan.digest(Fingerprinter(key: recorded.key))
        let request = ApplyRequest(
            plan: plan,
            planDigest: digest.text,
            desired: plan.desiredState(after: recorded),
            author: Self.author,
            grant: grant,
            timeout: apply.timeout,
            takesOver: apply.takesOver,
            note: apply.note
        )
        let runner = ApplyRunner(
            driver: driver,
            store: store,
            secrets: SecretFiles(root: settings.root),
            time: time,
            wallTime: { SystemTimestamp.now() },
            heartbeat: nil
        )
        return conclude(plan, try await shown(plan, runner, request, apply, time), apply)
    }

    /// Closes what an interrupted apply left, where nothing else is left to do.
    ///
    /// Otherwise every later difference of these resources would be blamed on that apply, and whoever asks would be told
    /// of its revision for ever.
    func closeInterrupted(
        _ recorded: RecordedState,
        _ driver: any ClusterDriver,
        _ store: any StateStore,
        _ grant: LockGrant,
        takesOver: Bool
    ) async throws {
        let runner = ApplyRunner(
            driver: driver,
            store: store,
            secrets: SecretFiles(root: settings.root),
            wallTime: { SystemTimestamp.now() }
        )
        do {
            let isOver = try await store.revisions(limit: 1).first?.outcome.isEnd ?? true
            guard !isOver || !recorded.openOperations.isEmpty else { return }
            let interruption = try await runner.closeInterrupted(author: Self.author, takesOver: takesOver, grant)
            tell(interruption)
        } catch let error as StateStoreError {
            throw CommandFailure(error)
        } catch let error as ApplyError {
            switch error {
            case .store(let error): throw CommandFailure(error)
            case .driver(let error): throw CommandFailure(error)
            }
        }
    }

    private func tell(_ interruption: Interruption) {
        guard !interruption.isNothing else { return }
        errors.write(InterruptedView(interruption).text(terminal.format(.errors)) + "\n")
    }

    /// Runs the apply with its progress on the screen and interrupts passed on.
    private func shown(
        _ plan: Plan,
        _ runner: ApplyRunner,
        _ request: ApplyRequest,
        _ apply: ApplySettings,
        _ time: any TimeSource
    ) async throws -> ApplyConclusion {
        let isEvents = apply.mode == .ndjson
        let display = ApplyDisplay(
            plan,
            mode: apply.mode,
            format: terminal.format(isEvents ? .output : .errors),
            startedAt: SystemTimestamp.now(),
            writer: isEvents ? output : errors
        )
        let (events, feed) = AsyncStream<ApplyProgress>.makeStream()
        let showing = Task { for await event in events { await display.handle(event) } }
        let interrupts = Interrupts { runner.interrupt() }
        defer { interrupts.stop() }
        time.workBegan()
        defer { time.workEnded() }
        do {
            let conclusion = try await runner.apply(request) { feed.yield($0) }
            feed.finish()
            await showing.value
            return conclusion
        } catch {
            feed.finish()
            await showing.value
            await display.close()
            switch error {
            case .store(let error): throw CommandFailure(error)
            case .driver(let error): throw CommandFailure(error)
            }
        }
    }

    private func conclude(_ plan: Plan, _ conclusion: ApplyConclusion, _ apply: ApplySettings) -> Int32 {
        tell(conclusion.interruption)
        if apply.mode != .ndjson {
            let view = ApplyReportView(
                plan,
                conclusion.report,
                nextCommand: apply.nextCommand,
                title: apply.title,
                lack: RecordLack(conclusion)
            )
            output.write(view.text(terminal.format(.output)))
        }
        if !conclusion.unsaved.isEmpty { reportUnsaved(conclusion.unsaved) }
        if let error = conclusion.storeError {
            errors.write(ErrorView(error, now: SystemTimestamp.now()).text(terminal.format(.errors)))
            return max(1, conclusion.report.outcome.exitCode)
        }
        return conclusion.report.outcome.exitCode
    }

    /// Says what was done and could not be recorded, and keeps it in a file of its own.
    private func reportUnsaved(_ outcomes: [UnsavedOutcome]) {
        for outcome in outcomes {
            let operation = outcome.operation
            let view = ErrorView(
                "the state does not know how this ended: \(operation.action) of \(operation.address) "
                    + "(\(operation.outcome.rawValue)): \(outcome.error.message)",
                help: "the next plan finds out from the cluster; nothing is done twice"
            )
            errors.write(view.text(terminal.format(.errors)))
        }
        let path = "\(settings.state).unsaved-\(SystemTimestamp.now().milliseconds).json"
        if UnsavedFile.write(outcomes, to: path) { tell("what could not be recorded is kept in \(path)") }
    }

    /// Asks for approval where it was not given; refuses before anything is done where nobody can be asked.
    func approve(_ plan: Plan, _ apply: ApplySettings) throws {
        guard !apply.approved else { return }
        errors.write("\n" + ConfirmView(plan).text(terminal.format(.errors)))
        guard ConfirmView.isApproved(readLine()) else {
            throw CommandFailure("not approved, nothing was changed")
        }
    }

    /// Refuses at once when approval will be needed and nobody is there to give it.
    func requireApprover(_ approved: Bool) throws {
        guard !approved, !terminal.isInteractive else { return }
        throw CommandFailure(
            "there is no terminal to ask for approval on",
            help: "approve beforehand with --yes",
            code: ExitStatus.usage
        )
    }
}

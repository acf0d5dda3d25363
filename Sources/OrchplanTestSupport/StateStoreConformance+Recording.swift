import ResourceModel
import StateStores

extension StateStoreConformance {
    static let recording: [Case] = [
        Case(description: "a fresh state is empty, names its project and hides its key") { maker in
            let store = try await make(maker)
            let state = try await store.snapshot()
            try require(state.project == "demo" && !state.lineage.isEmpty, "it has a name and a lineage")
            try require(state.serial == 0 && state.lastRevision == 0, "nothing was written")
            try require(state.resources.isEmpty && state.openOperations.isEmpty, "nothing is recorded")
            try require(state.key.bytes.count == 32, "the key has 32 bytes")
            try require("\(state.key)" == "(sensitive)", "the key does not print")
            var dumped = ""
            dump(state.key.description, to: &dumped)
            try require(dumped.contains("sensitive"), "the key does not dump")
            let other = try await make(maker).snapshot()
            try require(other.lineage != state.lineage && other.key != state.key, "no two states are alike")
        },
        Case(description: "an outcome and its record changes come together, and serials grow by one") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            try await store.recordIntent(operation("x"), grant)
            try await store.recordIntent(operation("y"), grant)
            try await store.recordIntent(operation("x"), grant)
            let open = try await store.snapshot()
            try require(open.serial == 3, "each write counts once; locking does not")
            try require(open.openOperations == [operation("x"), operation("y")], "intents are open, in their order")
            let web = resource(ResourceAddress(.service, "web"), spec: #"{"image":"a"}"#)
            try await store.recordOutcome(operation("x", .done), [.put(web)], grant)
            try await store.recordOutcome(operation("y", .unknown), [], grant)
            let state = try await store.snapshot()
            try require(state.openOperations == [operation("y", .unknown)], "an unknown outcome stays open")
            try require(state.resources == [web] && state.serial == 5, "the change is recorded")
            try require(open.resources.isEmpty, "an earlier snapshot stays as it was")
            var changed = web
            changed.protect = true
            let data = resource(ResourceAddress(.volume, "data"))
            let changes: [RecordChange] = [.remove(data.address), .put(changed), .put(data)]
            try await store.recordOutcome(operation("y", .failed), changes, grant)
            let second = try await store.snapshot()
            try require(second.resources == [data, changed], "changes apply in order; the last one wins")
            try await store.recordOutcome(operation("z", .done), [.put(data), .remove(data.address)], grant)
            try require(try await store.snapshot().resources == [changed], "what was removed is gone")
        },
        Case(description: "writes that are handed over together are done in their order, each for itself") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let web = ResourceAddress(.service, "web")
            var changed = resource(web)
            changed.objectName = "the last one"
            let writes: [JournalWrite] = [
                .intent(operation("x")), .intent(operation("y")),
                .outcome(operation("x", .done), [.put(resource(web))]),
                .outcome(operation("y", .done), [.put(changed)]), .intent(operation("z")),
            ]
            let results = await store.record(writes, grant)
            for result in results { try result.get() }
            try require(results.count == writes.count, "each has its answer")
            let state = try await store.snapshot()
            try require(state.serial == writes.count, "each counts")
            try require(state.resources == [changed], "the order is kept")
            try require(state.openOperations == [operation("z")], "what ended is closed")
            try require(await store.record([], grant).isEmpty, "nothing to write is nothing to do")
            try await store.releaseLock(grant)
            let next = try await store.acquireLock(request("b"))
            for result in await store.record(writes, grant) {
                try await requireError(.fenced(currentEpoch: next.epoch)) { try result.get() }
            }
            try require(try await store.snapshot().serial == writes.count, "a lost lock refuses all of them")
        },
        Case(description: "what was begun and has no record is known until it is recorded or removed") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let web = ResourceAddress(.service, "web")
            try await store.recordIntent(operation("x"), grant)
            try require(try await store.snapshot().attempted == [web], "an intent without a record is an attempt")
            try await store.recordOutcome(operation("x", .failed), [], grant)
            try require(try await store.snapshot().attempted == [web], "a failure does not undo it")
            try await store.recordOutcome(operation("x", .done), [.put(resource(web))], grant)
            try require(try await store.snapshot().attempted.isEmpty, "it is recorded")
            try await store.recordIntent(operation("y"), grant)
            try require(try await store.snapshot().attempted.isEmpty, "what is recorded is no attempt")
            try require(try await store.snapshot().begunAgain == [web], "and is begun again")
            try await store.recordOutcome(operation("y", .failed), [], grant)
            try require(try await store.snapshot().begunAgain == [web], "a failure does not see it through")
            try await store.recordOutcome(operation("y", .done), [.put(resource(web))], grant)
            try require(try await store.snapshot().begunAgain.isEmpty, "a new record does")
            try await store.recordIntent(operation("y"), grant)
            try await store.recordOutcome(operation("y", .done), [.remove(web)], grant)
            let removed = try await store.snapshot()
            try require(removed.attempted.isEmpty && removed.begunAgain.isEmpty, "a removal leaves none")
            try await store.recordIntent(operation("z"), grant)
            try await store.recordOutcome(operation("z", .done), [.remove(web)], grant)
            try require(try await store.snapshot().attempted.isEmpty, "nor does one of what was never recorded")
        },
        Case(description: "a service that was removed after it was recorded is known until it is recorded again") {
            maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            func operation(_ id: String, _ action: String, _ plan: String, _ address: ResourceAddress)
                -> OperationRecord
            {
                var operation = Self.operation(id)
                (operation.action, operation.plan, operation.address) = (action, plan, address)
                return operation
            }
            func done(_ operation: OperationRecord) -> OperationRecord {
                var operation = operation
                operation.outcome = .done
                return operation
            }
            var records = ["web", "api"].map { resource(ResourceAddress(.service, $0)) }
            let (web, api) = (records[0].address, records[1].address)
            for index in records.indices { records[index].revision = 1 }
            _ = try await store.beginRevision(revision(plan: "p1"), grant)
            // Taken away on its way to its record, not after it.
            try await store.recordIntent(operation("a", "remove web", "p1", web), grant)
            try await store.recordOutcome(
                done(operation("a", "remove web", "p1", web)),
                records.map { .put($0) },
                grant
            )
            _ = try await store.beginRevision(revision(plan: "p2"), grant)
            try await store.recordIntent(operation("b", "define web", "p2", web), grant)
            try await store.recordIntent(operation("c", "remove api", "p2", api), grant)
            try require(try await store.snapshot().takenAway.isEmpty, "nobody knows yet whether it is gone")
            try await store.recordOutcome(done(operation("b", "define web", "p2", web)), [], grant)
            try await store.recordOutcome(done(operation("c", "remove api", "p2", api)), [], grant)
            try await store.recordIntent(operation("d", "define api", "p2", api), grant)
            try await store.recordOutcome(done(operation("d", "define api", "p2", api)), [], grant)
            let state = try await store.snapshot()
            try require(state.begunAgain == [web, api] && state.takenAway == [api], "one was removed")
            records[1].revision = 2
            try await store.recordOutcome(done(operation("d", "define api", "p2", api)), [.put(records[1])], grant)
            try require(try await store.snapshot().takenAway.isEmpty, "and has come back")
        },
        Case(description: "resources come in the order of their addresses") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let names = ["b", "a", "B", "a.b", "a-b", "a_b", "10", "9", "aa", String(repeating: "z", count: 63)]
            let addresses = ResourceKind.allCases.reversed()
                .flatMap { kind in
                    names.map { ResourceAddress(kind, $0) }
                }
            try await store.recordOutcome(operation("x", .done), addresses.map { .put(resource($0)) }, grant)
            let read = try await store.snapshot().resources.map(\.address)
            try require(read == addresses.sorted(), "the order is that of addresses")
        },
        Case(description: "every text comes back as it went in") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let texts = [
                "", "\u{0}", "a\u{0}b", "'; DROP TABLE resources; --", "\n\r\t\u{1B}[31m", "日本 😀 e\u{301} \u{202E}",
                String(repeating: "ab\u{0}é", count: 500_000), #"{"a":"\\\""}"#,
            ]
            var expected: [RecordedResource] = []
            for (index, text) in texts.enumerated() {
                var record = resource(ResourceAddress(.config, "c\(index)"), spec: text)
                record.objectName = text
                record.retiredObjects = [text, "x"]
                record.bindings = SortedMap([.init(key: "id", value: text), .init(key: "k\(text)", value: "")])
                record.needs = [ResourceAddress(.network, "n"), ResourceAddress(.service, "a.b-c")]
                record.revision = .max
                expected.append(record)
            }
            var failed = operation("\u{0}\u{1F600}", .unknown)
            failed.error = texts[6]
            failed.action = texts[2]
            failed.startedAt = Timestamp(milliseconds: .min)
            try await store.recordOutcome(failed, expected.map(RecordChange.put), grant)
            let state = try await store.snapshot()
            try require(state.resources == expected, "the records are equal")
            try require(state.openOperations == [failed], "the operation is equal")
        },
        Case(description: "ten thousand changes of one write are there together") { maker in
            let store = try await make(maker)
            let grant = try await store.acquireLock(request("a"))
            let changes = (0..<10_000).map { RecordChange.put(resource(ResourceAddress(.service, "s\($0)"))) }
            async let writing: Void = store.recordOutcome(operation("x", .done), changes, grant)
            var seen: Set<Int> = []
            for _ in 0..<20 { seen.insert(try await store.snapshot().resources.count) }
            try await writing
            try require(seen.isSubset(of: [0, 10_000]), "a snapshot shows half a write: \(seen)")
            try require(try await store.snapshot().resources.count == 10_000, "all are there")
        },
    ]
}

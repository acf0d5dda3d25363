import Plans
import ResourceModel

extension Draft {
    /// What registries did not tell, one note for each reason, and what runs unpinned although they did.
    var imageFindings: [PlanFinding] {
        var silences: [(silence: RegistrySilence, images: [String], held: [Int], unpinned: [Int])] = []
        var waiting: [Int] = []
        for index in indices where isSelected[index] {
            let silence: RegistrySilence
            let isHeld: Bool
            switch decisions[index].imageStanding {
            case .held(let reason): (silence, isHeld) = (reason, true)
            case .unpinned(let reason): (silence, isHeld) = (reason, false)
            case .waiting:
                waiting.append(index)
                continue
            case nil: continue
            }
            let image = decisions[index].desired?.spec.service?.image ?? ""
            let known = silences.firstIndex { $0.silence == silence }
            let place = known ?? silences.endIndex
            if known == nil { silences.append((silence, [], [], [])) }
            if !silences[place].images.contains(image) { silences[place].images.append(image) }
            if isHeld { silences[place].held.append(index) } else { silences[place].unpinned.append(index) }
        }
        var findings = silences.map { finding($0.silence, $0.images, held: $0.held, unpinned: $0.unpinned) }
        if let first = waiting.first { findings.append(unpinned(first, waiting)) }
        return findings
    }

    private func finding(
        _ silence: RegistrySilence,
        _ images: [String],
        held: [Int],
        unpinned: [Int]
    ) -> PlanFinding {
        let first = min(held.first ?? .max, unpinned.first ?? .max)
        var sentences = ["\(Self.words(silence, Self.list(images))): \(silence.reason)"]
        if !held.isEmpty {
            sentences.append("\(names(held)) \(held.count == 1 ? "stays" : "stay") with the content that is recorded")
        }
        if !unpinned.isEmpty {
            sentences.append("\(names(unpinned)) \(unpinned.count == 1 ? "runs" : "run") what each node finds")
        }
        return PlanFinding(
            code: "OP3106",
            severity: .note,
            address: world.subjects[first].address,
            message: sentences.joined(separator: "; "),
            help: Self.help(silence)
        )
    }

    private static func words(_ silence: RegistrySilence, _ images: String) -> String {
        switch silence.cause {
        case .unreachable: "the registry \(silence.registry) did not tell what \(images) stands for now"
        case .refused: "the registry \(silence.registry) refuses to tell what \(images) stands for now"
        case .missing: "the registry \(silence.registry) has no \(images)"
        case .unasked: "the registry \(silence.registry) could not be asked what \(images) stands for now"
        }
    }

    private static func help(_ silence: RegistrySilence) -> String {
        switch silence.cause {
        case .unreachable: "see that the engine reaches the registry, or ask none with --resolve-images never"
        case .refused: "see whether the name is right, and log in with `docker login`"
        case .missing: "push the image, correct its name, or give it `pullPolicy: never` if the nodes have it"
        case .unasked: "correct the image's name, or the registry's credentials in Docker's configuration"
        }
    }

    private func unpinned(_ first: Int, _ waiting: [Int]) -> PlanFinding {
        let isOne = waiting.count == 1
        return PlanFinding(
            code: "OP3107",
            severity: .note,
            address: world.subjects[first].address,
            message: "\(names(waiting)) \(isOne ? "was" : "were") applied with an image that nothing pins, and"
                + " \(isOne ? "stays" : "stay") so until \(isOne ? "its" : "their") instances are replaced",
            help: "to pin it now, change something of its containers, such as `containerLabels`"
        )
    }

    private func names(_ subjects: [Int]) -> String {
        Self.list(subjects.map { world.subjects[$0].address.description })
    }

    private static func list(_ names: [String]) -> String {
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return names.prefix(5).joined(separator: ", ") + more
    }
}

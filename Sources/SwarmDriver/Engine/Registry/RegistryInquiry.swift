import ResourceModel

/// Asks registries through the engine what images stand for, several at a time and each only for some seconds.
struct RegistryInquiry: Sendable {
    let client: EngineClient
    let credentials: RegistryCredentials
    /// How long one answer may take.
    var limit = Duration.seconds(8)

    /// How many questions one registry gets at a time.
    static let parallel = 4

    private struct Question: Sendable {
        var image: String
        var reference: ImageReference
    }

    func answers(_ images: [String]) async -> [String: ImageAnswer] {
        var answers: [String: ImageAnswer] = [:]
        var questions: [String: [Question]] = [:]
        for image in images {
            guard let reference = ImageReference(parsing: image) else {
                answers[image] = .silence(
                    RegistrySilence(.unasked, registry: "of \(image)", reason: "it names no image")
                )
                continue
            }
            questions[reference.registry, default: []].append(Question(image: image, reference: reference))
        }
        await withTaskGroup(of: [String: ImageAnswer].self) { group in
            for (registry, own) in questions { group.addTask { await ask(registry, own) } }
            for await some in group { answers.merge(some) { $1 } }
        }
        return answers
    }

    /// Asks one registry; one that does not answer is asked no more.
    private func ask(_ registry: String, _ questions: [Question]) async -> [String: ImageAnswer] {
        guard let first = questions.first else { return [:] }
        let proof: RegistryAuthentication?
        do throws(EngineError) {
            proof = try await credentials.authentication(for: first.reference)
        } catch {
            return Dictionary(uniqueKeysWithValues: questions.map { ($0.image, error.answer(of: registry)) })
        }
        var answers: [String: ImageAnswer] = [:]
        var silence: RegistrySilence?
        await withTaskGroup(of: (String, ImageAnswer).self) { group in
            var rest = questions[...]
            func next() {
                guard silence == nil, let question = rest.popFirst() else { return }
                group.addTask { (question.image, await ask(question, proof)) }
            }
            for _ in 0..<Self.parallel { next() }
            for await (image, answer) in group {
                if case .silence(let reason) = answer, reason.cause == .unreachable {
                    // One reason for all: words may differ by the moment.
                    silence = silence ?? reason
                } else {
                    answers[image] = answer
                }
                next()
            }
        }
        if let silence {
            for question in questions where answers[question.image] == nil {
                answers[question.image] = .silence(silence)
            }
        }
        return answers
    }

    private func ask(_ question: Question, _ proof: RegistryAuthentication?) async -> ImageAnswer {
        do throws(EngineError) {
            let image = try await client.registryImage(
                question.reference,
                authentication: proof,
                deadline: limit
            )
            return .digest(image.digest)
        } catch {
            return error.answer(of: question.reference.registry)
        }
    }
}

extension EngineError {
    /// What is told of a registry that the engine could get no answer from.
    fileprivate func answer(of registry: String) -> ImageAnswer {
        let silence: RegistrySilence
        switch self {
        case .answered(_, let status, let message):
            let reason = message.split(whereSeparator: \.isNewline).joined(separator: ", ")
            let lowered = reason.lowercased()
            // The engine answers 500 to what it does not know itself.
            let refusals = ["unauthorized", "denied", "authentication required", "no basic auth credentials"]
            let has = { (words: [String]) in words.contains { lowered.contains($0) } }
            if [401, 403].contains(status) || has(refusals) {
                silence = RegistrySilence(.refused, registry: registry, reason: reason)
            } else if status == 404 || has(["manifest unknown", "name unknown", "repository name not known"]) {
                silence = RegistrySilence(.missing, registry: registry, reason: reason)
            } else {
                silence = RegistrySilence(.unreachable, registry: registry, reason: reason)
            }
        case .timedOut(_, let limit):
            let reason = "no answer came within \(limit.text)"
            silence = RegistrySilence(.unreachable, registry: registry, reason: reason)
        case .credentials(_, let reason, _), .settings(let reason, _):
            silence = RegistrySilence(.unasked, registry: registry, reason: reason)
        case .notReachable, .broken, .unreadable, .closed:
            silence = RegistrySilence(.unreachable, registry: registry, reason: description)
        }
        return .silence(silence)
    }
}

import Applying
import Drivers
import ResourceModel

/// How a service was at one time, as a driver tells it some time later.
struct ServiceSight: Sendable {
    var name: String
    var service: ObservedService?
    var at: Duration
}

/// What a process is told of a service that it watches, and when that was so.
extension World {
    var isSilent: Bool { now < silentUntil }

    static let silence = DriverError(.unreachable, "the driver answers nothing")

    /// A watch tells how a service is.
    mutating func showService(_ id: Int, _ name: String) {
        guard !isSilent else {
            let error = ApplyEvent.watchFailed(name, Self.silence)
            return agenda.put(.tells(run: id, error), at: now + .seconds(2))
        }
        let delay = id == weather.run ? weather.watchDelay : .zero
        if delay > .zero { struck(.slowWatch, id, name) }
        agenda.put(.shows(run: id, sight(of: name), isAsked: false), at: now + delay)
    }

    /// The driver is asked how a service is.
    mutating func answerLook(_ id: Int, _ name: String) {
        let time = now + shortTime()
        guard !isSilent else {
            return agenda.put(.tells(run: id, .looked(name, .failure(Self.silence))), at: time)
        }
        var sight = sight(of: name)
        if sabotage == .rememberedLooks, let old = runs[id].sight.views[name] { sight = old }
        agenda.put(.shows(run: id, sight, isAsked: true), at: time)
    }

    private func sight(of name: String) -> ServiceSight {
        var service = cluster.observe(name)
        if sabotage == .healthIgnored { service?.pretendHealth() }
        return ServiceSight(name: name, service: service, at: now)
    }

    mutating func show(_ id: Int, _ sight: ServiceSight, isAsked: Bool) {
        // What a watch tells late may be older than what was answered.
        if runs[id].sight.views[sight.name].map({ $0.at <= sight.at }) ?? true {
            runs[id].sight.views[sight.name] = sight
        }
        tell(id, isAsked ? .looked(sight.name, .success(sight.service)) : .observed(sight.name, sight.service))
    }
}

extension ObservedService {
    fileprivate mutating func pretendHealth() {
        for index in instances.indices where instances[index].phase != .completed {
            instances[index].phase = .running
            instances[index].isHealthy = true
        }
    }
}

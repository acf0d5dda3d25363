import Drivers
import ResourceModel
import StateStores

/// What happened, as the runner tells the machine.
package enum ApplyEvent: Sendable {
    case start
    /// The intent of this operation is durable.
    case intentRecorded(String)
    /// The driver answered.
    case performed(String, Result<OperationResult, DriverError>)
    /// The outcome of this operation, with its changes of the record, is durable.
    case outcomeRecorded(String)
    /// The journal could not be written for this operation.
    case storeFailed(String, StateStoreError)
    /// A watched service is now like this; nil: it is gone.
    case observed(String, ObservedService?)
    /// The watch of a service broke off.
    case watchFailed(String, DriverError)
    /// The driver's answer to a `look`: how the service was when it was asked, or later.
    case looked(String, Result<ObservedService?, DriverError>)
    case woke(ApplyWake)
    case logs(instance: String, [String])
    /// Ctrl-C, or a signal to end.
    case interrupted
    /// The driver is gone for good: nothing can be performed or observed any more.
    case driverLost(DriverError)
}

/// Who asked to be woken.
package enum ApplyWake: Sendable, Hashable {
    case retry(operation: String)
    case step(Int, StepWake)
}

/// What a step waits for.
package enum StepWake: Sendable, Hashable {
    case deadline
    case monitor
    case delay
    /// The log lines that were asked for did not come.
    case logs
    case watch
    /// The driver did not answer when it was asked for a look.
    case look
}

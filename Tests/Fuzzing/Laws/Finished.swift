import Dispatch
import Synchronization

/// What an asynchronous function gives, waited for: the fuzzer's callback is a plain function.
func finished<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) throws(BrokenLaw) -> Value {
    let done = DispatchSemaphore(value: 0)
    let box = Box<Value>()
    Task.detached {
        let value = await body()
        box.value.withLock { $0 = value }
        done.signal()
    }
    done.wait()
    guard let value = box.value.withLock({ $0 }) else { throw BrokenLaw("nothing came back") }
    return value
}

private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

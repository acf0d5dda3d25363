import Plans
import ResourceModel
import Testing
@Test func dump() {
    for (name, scene) in Scenarios.all { print("=== \(name)\n\(scene.text)") }
}

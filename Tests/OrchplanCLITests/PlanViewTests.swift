import Plans
import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("What a plan looks like")
struct PlanViewTests {
    @Test("a plan with one of everything")
    func everything() {
        expectGolden("plan") { PlanView(SamplePlan.everything).lines($0) }
    }

    @Test("one line for each step")
    func short() {
        expectGolden("plan-short") { PlanView(SamplePlan.everything, detail: .short).lines($0) }
    }

    @Test("a comparison says nothing of rollouts")
    func diff() {
        expectGolden("diff") { DiffView(SamplePlan.everything).lines($0) }
    }

    @Test("what tags stand for now, and who did not tell")
    func images() {
        expectGolden("plan-images") { PlanView(SamplePlan.images).lines($0) }
    }

    @Test("a plan of 240 creations is summed up, and written out on request")
    func large() {
        expectGolden("plan-large") { PlanView(SamplePlan.large).lines($0) }
        let full = PlanView(SamplePlan.large, detail: .full).text(ViewFormat())
        #expect(full.contains("service/shard-117 will be created"))
    }

    @Test("an object that goes after its successor has come is told with it, once")
    func supersededOnce() {
        let text = PlanView(SamplePlan.everything).text(ViewFormat())
        #expect(text.components(separatedBy: "secret/redis-password will").count == 2)
        #expect(text.contains("the old object, redis-password-aaaaaaaaaaaa, goes once nothing uses it"))
    }

    @Test("whoever destroys is told neither why nor that nothing differs")
    func destroy() {
        var plan = SamplePlan.nothing
        plan.options.destroy = true
        #expect(PlanView(plan).text(ViewFormat()) == "No changes. There is nothing to destroy.\n")
        plan.steps = SamplePlan.everything.steps.filter { $0.action == .delete }
        for index in plan.steps.indices { plan.steps[index].reasons = [.destroyRequested] }
        let text = PlanView(plan).text(ViewFormat())
        #expect(text.contains("will be destroyed") && !text.contains("because"))
    }

    @Test("no changes, and no changes with drift")
    func nothing() {
        expectGolden("plan-none") { PlanView(SamplePlan.nothing).lines($0) }
        var drifted = SamplePlan.nothing
        drifted.drift = SamplePlan.everything.drift.filter { !$0.isRepaired }
        let text = PlanView(drifted).text(ViewFormat())
        #expect(!text.contains("Your system matches"))
        #expect(text.contains("volume/media"))
    }

    @Test("nothing sensitive and nothing that steers a terminal is printed")
    func safe() {
        for detail in PlanView.Detail.allCases {
            let text = PlanView(SamplePlan.everything, detail: detail).text(ViewFormat())
            #expect(!text.contains("\u{1B}"))
            #expect(!text.contains(SamplePlan.fingerprint("a").text.prefix(20)))
            #expect(!text.contains(SamplePlan.fingerprint("b").text.prefix(20)))
        }
    }

    @Test("a comment for a pull request")
    func markdown() {
        expectGolden("plan.md", PlanMarkdown(SamplePlan.everything, title: "Plan for prod").text())
        expectGolden("plan-none.md", PlanMarkdown(SamplePlan.nothing).text())
    }

    @Test("a comment is cut between steps, stays whole and says what is missing", arguments: [600, 1500, 3000, 6000])
    func cutMarkdown(bytes: Int) {
        let text = PlanMarkdown(SamplePlan.large, maximumBytes: bytes).text()
        #expect(text.utf8.count <= bytes)
        #expect(text.components("```").count % 2 == 1)
        #expect(text.components("<details>").count == text.components("</details>").count)
        #expect(text.contains("more steps, which do not fit here"))
    }

    @Test("a value cannot leave its block in a comment")
    func hostileMarkdown() {
        var plan = SamplePlan.everything
        plan.steps = [SamplePlan.database]
        plan.steps[0].changes[0].after = .string("```\n</details> @everyone")
        plan.findings[0].message = "<script> @everyone `x`"
        let text = PlanMarkdown(plan).text()
        #expect(text.contains("````diff"))
        #expect(!text.contains("<script>"))
        #expect(!text.split(separator: "````")[0].contains("@everyone"))
    }

    @Test("what an update does not show is counted")
    func hidden() {
        #expect(SamplePlan.database.unchangedFieldCount == 6)
        var same = SamplePlan.database
        same.after = same.before
        #expect(same.unchangedFieldCount == 7)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}

/// The agreed plans; `GoldenPlanTests` says how to record them anew.
enum GoldenPlans {
    static let text = #"""
        === create
        0 + network/front (notRecorded)
        0 + volume/data (notRecorded)
        0 + secret/pw (notRecorded)
        0 + config/conf (notRecorded)
        1 + service/db (notRecorded) [0 kept +1] needs 0,1,2
        2 + service/web (notRecorded) [0 kept +1,2,3] needs 0,3,4

        === nothing to do

        === environment
        0 ~ service/web (fieldsChanged) environment.LOG_LEVEL [0 kept ~1,2,3 back]

        === published port
        0 ~ service/web (fieldsChanged) ports[http].published [3 kept back]

        === scale up
        0 ~ service/web (fieldsChanged) replicas [3 kept +4,5 back]

        === scale down
        0 ~ service/web (fieldsChanged) replicas [1 kept -3,2 back]

        === planning fields only
        0 ~ service/web (fieldsChanged) update.batch update.delay update.monitor update.maxFailureRatio update.onFailure update.order [3 kept back]

        === protect only
        0 = volume/data (recordOnly)

        === mode
        0 -/+ service/web (replacementForced) mode! [0 kept +1,2,3]
        OP3001 warning service/web

        === batch caps the rollout
        0 ~ service/web (fieldsChanged) image update.batch update.delay update.monitor update.maxFailureRatio update.onFailure update.order [0 kept ~1,2,3 x2 back]

        === config content
        0 +/ config/conf (fieldsChanged) content!
        1 ~ service/web (fieldsChanged,contentChanged) configs[conf].object [0 kept ~1,2,3 back] needs 0
        2 /- config/conf (contentChanged) needs 0,1

        === secret content
        0 +/ secret/pw (fieldsChanged) digest!
        1 ~ service/db (fieldsChanged,contentChanged) environment.PASSWORD.object [0 kept ~1 back] needs 0
        2 /- secret/pw (contentChanged) needs 0,1
        OP3001 warning service/db

        === network replaced
        0 - service/web (dependencyReplaced)
        1 - service/db (dependencyReplaced) needs 0
        2 -/+ network/front (replacementForced) driver! needs 0,1
        3 + service/db (dependencyReplaced) [0 kept +1] needs 1,2
        4 + service/web (dependencyReplaced) [0 kept +1,2,3] needs 0,2,3
        OP3001 warning service/db
        OP3001 warning service/web

        === network replaced under a protected service
        protected service/web service/web is protected, and network/front, which it uses, has to be replaced

        === volume replaced
        volumeReplaced volume/data volume/data would have to be replaced, and its data would be lost

        === service removed
        0 - service/web (notDeclared)

        === everything but the network removed
        0 - service/web (notDeclared)
        1 - config/conf (notDeclared) needs 0
        1 - service/db (notDeclared) needs 0
        2 - secret/pw (notDeclared) needs 2
        OP3101 note volume/data

        === protected service removed
        0 + network/other (notRecorded)
        1 - service/web (notDeclared)
        2 - config/conf (notDeclared) needs 1
        OP3105 note network/front
        OP3101 note volume/data
        OP3105 note secret/pw
        OP3102 note service/db

        === nothing declared
        nothingDeclared - nothing is declared, and 6 resources are recorded: refusing to delete all

        === destroy
        0 - service/web (destroyRequested)
        1 - config/conf (destroyRequested) needs 0
        1 - service/db (destroyRequested) needs 0
        2 - network/front (destroyRequested) needs 0,2
        2 - secret/pw (destroyRequested) needs 2
        OP3101 note volume/data

        === destroy with volumes
        0 - service/web (destroyRequested)
        1 - config/conf (destroyRequested) needs 0
        1 - service/db (destroyRequested) needs 0
        2 - network/front (destroyRequested) needs 0,2
        2 - volume/data (destroyRequested) needs 2
        2 - secret/pw (destroyRequested) needs 2

        === destroy protected
        protected service/db service/db is protected and would be destroyed

        === created, not recorded
        0 = network/front (unfinished)
        0 = volume/data (unfinished)
        0 = secret/pw (unfinished)
        0 = config/conf (unfinished)
        1 = service/db (unfinished) needs 0,1,2
        2 = service/web (unfinished) needs 0,3,4

        === created by the cluster, and never healthy
        0 + service/web (drifted,drifted) [2 kept ~1]

        === updated, not recorded
        0 = service/web (fieldsChanged) image

        === updated by the cluster, and not healthy yet
        0 ~ service/web (fieldsChanged,drifted) image [2 kept ~1 back]

        === half rolled out
        0 ~ service/web (fieldsChanged) image [1 kept ~2,3 back]

        === start-first left two in a slot
        0 ~ service/web (fieldsChanged) image [1 kept ~1,3 -2 back]

        === instance gone
        0 ~ service/web (drifted) [2 kept +1]

        === instance failed
        0 ~ service/web (drifted) [2 kept ~2]

        === edited by hand
        0 ~ service/web (drifted) image environment.LOG_LEVEL [3 kept]

        === edited by hand, and changed here too
        0 ~ service/web (fieldsChanged,drifted) image environment.LOG_LEVEL [0 kept ~1,2,3 back]

        === edited by hand in fields that are another system's

        === scaled by hand
        0 ~ service/web (drifted) replicas [3 kept]

        === network gone
        0 + network/front (missing)

        === another network in its place

        === volume gone
        0 + volume/data (missing)
        OP3012 warning volume/data

        === scaled by an autoscaler
        0 ~ service/web (fieldsChanged) image [0 kept ~1,2,3,4 back]

        === target
        0 + network/front (notRecorded)
        0 + volume/data (notRecorded)
        0 + secret/pw (notRecorded)
        1 + service/db (notRecorded) [0 kept +1] needs 0,1,2
        OP3104 note service/db

        === unknown target
        unknownTarget service/front service/front is neither declared nor recorded

        === cycle
        dependencyCycle service/db resources need each other in a circle: service/db -> service/web -> service/db

        === two on one port
        0 + service/other (notRecorded) [0 kept +1]
        OP3006 error service/web

        === tags as they were

        === a tag was moved
        0 ~ service/web (tagMoved) imageDigest [0 kept ~1,2 back]

        === a tag was moved, and the manifest changed
        0 ~ service/web (fieldsChanged,tagMoved) imageDigest environment.LOG_LEVEL [0 kept ~1,2 back]

        === a tag was moved, and content stays

        === no registry answers
        OP3106 note service/api

        === no registry answers, and a new image
        0 ~ service/web (fieldsChanged) image imageDigest [0 kept ~1,2 back]
        OP3106 note service/api

        === no registry answers, and an image that another service has
        0 ~ service/api (fieldsChanged) image [0 kept ~1 back]
        OP3106 note service/api
        OP3001 warning service/api

        === no registry was asked

        === applied unpinned
        OP3107 note service/api

        === applied unpinned, and scaled
        0 ~ service/web (fieldsChanged) replicas [2 kept +3 back]
        OP3107 note service/api

        === applied unpinned, and changed
        0 ~ service/web (fieldsChanged,imagePinned) imageDigest environment.LOG_LEVEL [0 kept ~1,2 back]
        OP3107 note service/api

        === applied unpinned, and gone
        0 + service/web (missing,fieldsChanged) imageDigest [0 kept +1,2]
        OP3107 note service/api

        === an image that another system sets

        === back to what a revision ran
        0 ~ service/web (fieldsChanged) imageDigest [0 kept ~1,2 back]

        === a driver that resolves no images
        0 ~ service/api (fieldsChanged) imageDigest [0 kept ~1 back]
        0 ~ service/web (fieldsChanged) image imageDigest [0 kept ~1,2 back]
        OP3001 warning service/api
        """#
}

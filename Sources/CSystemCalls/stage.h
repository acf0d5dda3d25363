#ifndef ORCHPLAN_STAGE_H
#define ORCHPLAN_STAGE_H

#include "include/CSystemCalls.h"

/// Enters a stage, see there; -1 with errno set, and in `failed` the source that was the cause, or -1.
///
/// Calls async-signal-safe functions only.
int orchplan_enter_stage(const orchplan_stage *stage, int *failed);

#endif

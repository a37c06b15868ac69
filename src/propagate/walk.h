/* walk.h - one walk through one order: quantize a layer, freeze it, measure, go on. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_PROPAGATE_WALK_H
#define HS_PROPAGATE_WALK_H
#include "base/hash.h"
#include "dump/dump.h"
#include "net/net.h"
#include "propagate/spec.h"
#include "propagate/trace.h"

/* A network with its data and everything already computed for it: node outputs and layer calibrations are kept by what
 * they depend on, so that trials share whatever is the same. Used by one thread at a time; results never depend on what
 * a lab has seen before. The network and the data stay the caller's and must outlive the lab. */
struct hs_lab;
/* calibration: NULL where nothing needs it. memory: bytes that kept outputs may take. */
enum hs_status hs_lab_open(const struct hs_net *, const struct hs_data *calibration, const struct hs_data *evaluation,
                           size_t memory, struct hs_lab **, struct hs_err *);
void hs_lab_close(struct hs_lab *); /* NULL is fine */

/* Runs a trial; the trace is opened here and closed by the caller. */
enum hs_status hs_walk(struct hs_lab *, const struct hs_spec *, struct hs_trace *, struct hs_err *);

/* Parts of a walk, without the measuring: on the calibration data.
 * forward: the float network's output, computed (or found); keep: all that lies between, too, for what follows.
 * forget: drops all that was computed.
 * solo: relative squared output error with each layer alone quantized, in execution order of the layers.
 * order: the layers' nodes in the spec's order, and the relative squared output error after each step. */
enum hs_status hs_lab_forward(struct hs_lab *, bool keep, struct hs_err *);
void hs_lab_forget(struct hs_lab *);
enum hs_status hs_lab_solo(struct hs_lab *, const struct hs_spec *, double *error, struct hs_err *);
enum hs_status hs_lab_order(struct hs_lab *, const struct hs_spec *, size_t *node, double *error, struct hs_err *);

/* Checks a spec against a network before anything runs: globs that match nothing, unknown layers in an explicit order,
 * a strategy without calibration data, formats that a side cannot take ... */
enum hs_status hs_spec_check(const struct hs_net *, const struct hs_spec *, bool has_calibration, struct hs_err *);
/* The nodes that the spec makes layers, in execution order: writes up to net->nodes indices, returns how many. */
size_t hs_spec_layers(const struct hs_net *, const struct hs_spec *, size_t *node);
/* Adds all that decides the outcome, versions of the roster records included. */
void hs_spec_hash(const struct hs_spec *, struct hs_hash *);
/* Two specs with the same key end in the same quantized network, whatever their orders: data-free weights, say. */
struct hs_key hs_spec_outcome(const struct hs_net *, const struct hs_spec *);

#endif

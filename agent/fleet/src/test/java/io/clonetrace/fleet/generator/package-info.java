/**
 * Makes recordings of a fleet from a few real ones: {@link io.clonetrace.fleet.generator.FleetGenerator}. Used by tests
 * and by scripts/bench/fleet.sh.
 */
package io.clonetrace.fleet.generator;

/**
 * The tables of a fleet: their columns, and where their rows go. Independent of engines: what is exported embedded and
 * on Spark is defined here.
 */
package io.clonetrace.fleet.table;

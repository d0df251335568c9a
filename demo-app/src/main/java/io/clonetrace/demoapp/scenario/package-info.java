/**
 * One class for each way of making threads. Each says how many threads it makes, so a recording can be checked against
 * it.
 */
package io.clonetrace.demoapp.scenario;

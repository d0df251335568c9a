/** The events that an agent has to commit for threads, committed by the program itself: the least that they cost. */
package io.clonetrace.demoapp.bench.events;

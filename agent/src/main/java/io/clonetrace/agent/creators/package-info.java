/**
 * How many threads each piece of code has created, and how many of them live: counters that are kept at each start and
 * end, so that reading them costs the same whatever the number of threads. Java threads are counted on application
 * threads, where nothing may block or throw, and on a dying thread nothing is allocated; native threads on the
 * session's thread. Any thread reads.
 */
package io.clonetrace.agent.creators;

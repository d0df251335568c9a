/**
 * Where the application's classes come from, as events. Runs on the agent's thread, and calls no code of the
 * application's: no loader, no URL handler.
 */
package io.clonetrace.agent.code;

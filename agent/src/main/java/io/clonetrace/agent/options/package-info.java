/**
 * The agent's options: one table that the parser, {@code help}, docs/commands.md and the command line share. Pure
 * values; runs anywhere.
 */
package io.clonetrace.agent.options;

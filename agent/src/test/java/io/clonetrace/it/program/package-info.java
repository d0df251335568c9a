/**
 * Programs by others - a web server, a database, a Spring Boot application - that run with the agent, and their
 * clients.
 */
package io.clonetrace.it.program;

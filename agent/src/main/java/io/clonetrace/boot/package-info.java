/**
 * The entry of {@code clonetrace.jar}: {@code -javaagent:}, loading into a running JVM, and the command line. It runs
 * in the application's class loader, on the thread that starts the agent, and is all of ours that the application can
 * see. It makes the loaders of the rest and calls {@code agent} or {@code cli} by reflection. {@code Premain} alone is
 * compiled for Java 8, so that an older JVM gets a message instead of an error; nothing here may keep state or depend
 * on the version of the rest.
 */
package io.clonetrace.boot;

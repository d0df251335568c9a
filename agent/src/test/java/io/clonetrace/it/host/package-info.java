/**
 * What runs inside the JVMs that the integration tests start: small main classes that make threads in a given way and
 * print what they did.
 */
package io.clonetrace.it.host;

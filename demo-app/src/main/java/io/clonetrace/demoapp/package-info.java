/** The demo application: makes threads in every way Java has and prints what it did. It knows nothing of the agent. */
package io.clonetrace.demoapp;

package io.clonetrace.it.host;

/** An agent that gives HotSpot the name of another virtual machine. */
public final class NamesOpenJ9 {
    private NamesOpenJ9() {}

    public static void premain(String options) {
        System.setProperty("java.vm.name", "Eclipse OpenJ9 VM");
    }
}

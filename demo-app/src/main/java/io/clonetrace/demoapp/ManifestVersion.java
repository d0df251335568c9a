package io.clonetrace.demoapp;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest (Implementation-Version). */
final class ManifestVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = DemoApp.class.getPackage().getImplementationVersion();
        return new String[] {"demo-app " + (version == null ? "of unknown version: not run from its jar" : version)};
    }
}

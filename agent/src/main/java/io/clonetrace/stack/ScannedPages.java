package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.PagemapScan;

/** Pages counted, and guards found, by PAGEMAP_SCAN; unknown, and none, if it fails. */
final class ScannedPages implements PageCount.Counter, GuardMarkers {
    private final PagemapScan scan;

    ScannedPages(PagemapScan scan) {
        this.scan = scan;
    }

    @Override
    public PageCount count(long from, long to) {
        try {
            PagemapScan.Pages pages = scan.count(from, to);
            return new PageCount(pages.present(), pages.huge(), pages.lowest());
        } catch (LinuxException failed) {
            return PageCount.UNKNOWN;
        }
    }

    @Override
    public long[] in(long from, long to) {
        try {
            return scan.guards(from, to);
        } catch (LinuxException failed) {
            return new long[0];
        }
    }
}

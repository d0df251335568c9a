package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.PagemapScan;

/** Pages counted by PAGEMAP_SCAN; unknown if it fails. */
final class ScannedPages implements PageCount.Counter {
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
}

package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Browser;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The report's page in a real browser, for a recording with some 5,000 threads, some with hostile names. */
class ReportPageIT {
    /** Threads of one scenario of the demo application; in all there are more than {@link #MANY}. */
    private static final int THREADS = 461;

    private static final int MANY = 5_000;
    /** The fifth of the 13 hostile names is a script; this many of {@link #THREADS} have it. */
    private static final String SCRIPTS = "36 of";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SCREENSHOTS = System.getProperty("clonetrace.screenshots", "");
    private static final Pattern JAVA_THREADS =
            Pattern.compile("\"kind\": \"java\",\\s+\"created\": (\\d+),\\s+\"before\": (\\d+)");

    private static Path folder;
    private static Path page;
    private static Path json;
    private static Browser browser;

    @BeforeAll
    static void makePage() throws IOException, InterruptedException {
        folder = Artifacts.folder("report-page");
        browser = Browser.start(folder);
        Path recording = folder.resolve("app.jfr");
        page = folder.resolve("report.html");
        json = folder.resolve("report.json");
        Run app = Run.toEnd(
                folder,
                "app",
                List.of(
                        Jdk.current().tool("java"),
                        Artifacts.agent("record=" + recording, "demo=true", "wait=30s"),
                        "-jar",
                        Artifacts.DEMO.toString(),
                        "--threads=" + THREADS));
        assertEquals(0, app.exitStatus(), app.stderr());
        Run report = Run.toEnd(
                folder,
                "report",
                Commands.clonetrace(Jdk.current(), "report", "" + recording, "--html", "" + page, "--json", "" + json));
        assertEquals(0, report.exitStatus(), report.stderr());
        browser.size(1280, 1000);
        browser.open(page);
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void pageShowsTheNumbersOfTheJsonReportWithoutTheNetwork() throws IOException {
        Matcher java = JAVA_THREADS.matcher(Files.readString(json));
        assertTrue(java.find());
        List<String> row = browser
                .driver()
                .findElement(By.xpath("//div[@id='figures']//tr[td[1]='java']"))
                .findElements(By.tagName("td"))
                .stream()
                .map(WebElement::getText)
                .toList();
        assertEquals(java.group(1), row.get(1).replace(",", ""));
        assertEquals(java.group(2), row.get(2).replace(",", ""));
        assertTrue(Long.parseLong(java.group(1)) >= MANY, java.group());
        assertEquals(Long.valueOf(0), browser.run("return threads.left"));
        assertEquals(List.of(), browser.console());
        browser.requests()
                .forEach(url -> assertTrue(url.equals(page.toUri().toString()) || url.startsWith("data:"), url));
        assertFalse(browser.requests().isEmpty());
    }

    @Test
    void clickOnABarShowsItsThread() {
        Map<String, Object> bar = middleOfABar("timeline", "timeline.order[1]", "x + 2");
        click("timeline", bar);
        assertDetailIsOf("timeline.order[1]");
        browser.element("close").click();
        assertFalse(browser.element("detail").isDisplayed());
        browser.run("document.getElementById('stacks').scrollIntoView({ block: 'center' })");
        awaitDrawn();
        Map<String, Object> stack = point("stackBars.chart.convertToPixel({ seriesIndex: 0 }, [4096, 0])");
        click("stacks", stack);
        assertDetailIsOf("stackBars.order[0]");
        browser.element("close").click();
        assertEquals(List.of(), browser.console());
    }

    @Test
    void keyboardReachesAThread() {
        browser.run("document.getElementById('timeline').focus()");
        new Actions(browser.driver())
                .sendKeys(Keys.HOME, Keys.ARROW_DOWN, Keys.ARROW_DOWN, "+", Keys.ENTER)
                .perform();
        assertDetailIsOf("timeline.order[2]");
        new Actions(browser.driver()).sendKeys(Keys.ESCAPE).perform();
        assertFalse(browser.element("detail").isDisplayed());
        assertEquals("timeline", browser.driver().switchTo().activeElement().getAttribute("id"));
    }

    @Test
    void hostileNameIsShownAsText() {
        WebElement text = browser.element("text");
        text.sendKeys("<script>");
        new WebDriverWait(browser.driver(), PATIENCE)
                .until(driver -> browser.element("shown").getText().startsWith(SCRIPTS));
        WebElement first = browser.element("list").findElement(By.cssSelector("tbody button"));
        assertTrue(first.getText().contains("<script>alert(1)</script>"), first.getText());
        assertEquals(
                Long.valueOf(0),
                browser.run("return document.querySelectorAll('main script, main b, main img, iframe').length"));
        text.clear();
        text.sendKeys(" ");
        new WebDriverWait(browser.driver(), PATIENCE)
                .until(driver -> !browser.element("shown").getText().startsWith(SCRIPTS));
    }

    @Test
    void pageFitsANarrowScreenAndDarkMode() throws IOException {
        Map<String, Object> screens = new HashMap<>();
        screenshot("report-light.png");
        browser.element("scheme").click();
        screens.put("dark", browser.run("return getComputedStyle(document.body).backgroundColor"));
        browser.run("document.getElementById('threads').scrollIntoView()");
        screenshot("report-dark.png");
        browser.element("scheme").click();
        assertFalse(screens.get("dark").equals(browser.run("return getComputedStyle(document.body).backgroundColor")));
        browser.size(500, 900);
        browser.run("window.scrollTo(0, 0)");
        screenshot("report-narrow.png");
        assertEquals(
                Boolean.TRUE,
                browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        browser.size(1280, 1000);
        assertEquals(List.of(), browser.console());
    }

    /** The test also makes the pictures of the docs, if the property names their folder. */
    private static void screenshot(String name) throws IOException {
        awaitDrawn();
        browser.screenshot((SCREENSHOTS.isEmpty() ? folder : Path.of(SCREENSHOTS)).resolve(name));
    }

    /** A chart applies changes at the next frame, and so the places of clicks. */
    private static void awaitDrawn() {
        browser.run("return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    }

    private static Map<String, Object> middleOfABar(String chart, String thread, String x) {
        browser.run("document.getElementById('" + chart + "').scrollIntoView({ block: 'center' })");
        // One row, as high as a pointer is exact.
        browser.run("timeline.show(100 * 1.5 / timeline.order.length, 100 * 5 / timeline.order.length)");
        awaitDrawn();
        return point("(() => { const i = " + thread + "; const [x, y] = timeline.chart.convertToPixel({ xAxisIndex: 0,"
                + " yAxisIndex: 0 }, [threads.begin(i), 1.5]); return [" + x + ", y]; })()");
    }

    private static Map<String, Object> point(String script) {
        Object found = browser.run("return " + script);
        List<?> both = (List<?>) found;
        return Map.of("x", both.get(0), "y", both.get(1));
    }

    /** Selenium's offsets start at the element's middle. */
    private static void click(String id, Map<String, Object> point) {
        WebElement chart = browser.element(id);
        int x = ((Number) point.get("x")).intValue() - chart.getSize().getWidth() / 2;
        int y = ((Number) point.get("y")).intValue() - chart.getSize().getHeight() / 2;
        new Actions(browser.driver()).moveToElement(chart, x, y).click().perform();
    }

    private static void assertDetailIsOf(String thread) {
        new WebDriverWait(browser.driver(), PATIENCE)
                .until(driver -> browser.element("detail").isDisplayed());
        Object tid = browser.run("return String(threads.tid[" + thread + "])");
        List<String> facts = browser.element("detail").findElements(By.cssSelector("dd")).stream()
                .map(WebElement::getText)
                .toList();
        assertEquals(tid, facts.get(1));
    }
}

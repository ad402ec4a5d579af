"""The names under which our own figures are scraped."""

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily


def gauge(name: str, says: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"linkedin_bot_{name}", says, labels=labels)


def counter(name: str, says: str, *labels: str) -> CounterMetricFamily:
    """Its samples get the ending `_total`."""
    return CounterMetricFamily(f"linkedin_bot_{name}", says, labels=labels)


def histogram(name: str, says: str, *labels: str) -> HistogramMetricFamily:
    return HistogramMetricFamily(f"linkedin_bot_{name}", says, labels=labels)

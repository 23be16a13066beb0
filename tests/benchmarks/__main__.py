"""`make bench`: every benchmark, one after the other."""

from tests.benchmarks import bench_beside, bench_export, bench_form_engine, bench_intake, bench_odata, bench_pages

for _benchmark in (bench_form_engine, bench_intake, bench_export, bench_beside, bench_odata, bench_pages):
    _benchmark.main()

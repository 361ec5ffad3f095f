using System.Diagnostics;
using Digits.Drawing;
using Digits.Models;
using ModelBuild;

const ulong Seed = 11;
const int Shown = 3;
const int Tested = 2000;

DigitsPredictor digits = DigitsPredictor.Shared;
DigitPainter painter = new(Seed);
float[] pixels = new float[DigitsPredictor.Input1Length];
float[] scores = new float[DigitsPredictor.Labels.Length];

for (int i = 0; i < Shown; i++)
{
    int drawn = painter.Paint(i, pixels);
    Console.WriteLine(TextRenderer.Render(pixels));
    Console.WriteLine($"drawn {drawn}, seen as {digits.Classify(pixels)}");
    Console.WriteLine();
}

int right = 0;
for (int i = 0; i < Tested; i++)
{
    int drawn = painter.Paint(i, pixels);
    digits.Predict(pixels, scores);
    right += scores.AsSpan().IndexOf(scores.Max()) == drawn ? 1 : 0;
}

long start = Stopwatch.GetTimestamp();
for (int i = 0; i < Tested; i++)
{
    digits.Predict(pixels, scores);
}

double latency = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Tested;
PredictorInfo info = DigitsPredictor.Info;
MeasuredError measured = info.Error ?? throw new InvalidOperationException("The build did not verify the model.");

// Both measured by the build on Models/validation.npz: the network as it was trained, and as it is deployed here.
Console.WriteLine(FormattableString.Invariant($"float accuracy: {100 * measured.MetricSource:F1} %"));
Console.WriteLine(FormattableString.Invariant($"int8 accuracy: {100 * measured.MetricDeployed:F1} %"));
Console.WriteLine(FormattableString.Invariant($"{Tested} digits drawn now: {100.0 * right / Tested:F1} % right"));
Console.WriteLine(FormattableString.Invariant($"weights: {info.SourceWeightsBytes / 1024.0:F1} KB before, {info.WeightsBytes / 1024.0:F1} KB after; {info.Compression}; {info.Macs:N0} multiply-accumulates"));
Console.WriteLine(FormattableString.Invariant($"latency: {latency:F1} us for one digit"));
Console.WriteLine($"report: {Path.Combine(AppContext.BaseDirectory, "report.html")}");

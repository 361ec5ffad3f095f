using System.Globalization;
using Digits.Drawing;
using Digits.Training.Output;

namespace Digits.Training;

/// <summary>Trains the network of the Digits sample and writes its model, calibration and validation files.</summary>
internal static class Program
{
    private const ulong NetworkSeed = 1;
    private const ulong TrainingSeed = 2;
    private const ulong TestSeed = 3;
    private const ulong CalibrationSeed = 4;
    private const ulong ValidationSeed = 5;
    private const int Steps = 1500;
    private const int ReportInterval = 100;
    private const int TestCount = 2000;
    private const int CalibrationCount = 128;
    private const int ValidationCount = 1000;

    private static int Main(string[] arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("usage: Digits.Training <folder for the files>");
            return 2;
        }

        string folder = Directory.CreateDirectory(arguments[0]).FullName;
        var network = new DigitsNetwork(NetworkSeed);
        var trainer = new Trainer(network, new DigitPainter(TrainingSeed));
        double sum = 0;
        trainer.Train(Steps, (step, loss) =>
        {
            sum += loss;
            if ((step + 1) % ReportInterval == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step + 1,5} of {Steps}, loss {sum / ReportInterval:F4}"));
                sum = 0;
            }
        });
        ReportAccuracy("test", network, TestSeed, TestCount);
        DigitSet calibration = DigitSet.Draw(new DigitPainter(CalibrationSeed), 0, CalibrationCount);
        DigitSet validation = ReportAccuracy("validation", network, ValidationSeed, ValidationCount);
        KerasH5Writer.Write(Path.Combine(folder, "digits.h5"), network);
        NpzWriter.Write(Path.Combine(folder, "calibration.npz"), ("x", ToNpy(calibration)));
        NpyArray labels = NpyArray.FromInt64([.. validation.Labels.Select(label => (long)label)], ValidationCount);
        NpzWriter.Write(Path.Combine(folder, "validation.npz"), ("x", ToNpy(validation)), ("y", labels));
        File.WriteAllText(Path.Combine(folder, "digits.labels.txt"), string.Concat(Enumerable.Range(0, 10).Select(digit => $"{digit}\n")));
        return 0;
    }

    private static DigitSet ReportAccuracy(string name, DigitsNetwork network, ulong seed, int count)
    {
        DigitSet set = DigitSet.Draw(new DigitPainter(seed), 0, count);
        double accuracy = Trainer.Accuracy(network, set);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} accuracy {accuracy:P2} of {count} images"));
        return set;
    }

    private static NpyArray ToNpy(DigitSet set) =>
        NpyArray.FromSingle(set.Images, set.Labels.Length, DigitPainter.ImageSize, DigitPainter.ImageSize, 1);
}

using Digits.Drawing;
using Digits.Training.Tests.Output;

namespace Digits.Training.Tests;

/// <summary>The files of samples/Digits/Models, which lie beside the test assembly.</summary>
public sealed class CommittedFilesTests
{
    private const double RequiredAccuracy = 0.985;
    private const long MaxTotalBytes = 2_000_000;
    private static readonly string s_models = Path.Combine(AppContext.BaseDirectory, "Models");

    [Fact]
    public void The_trained_file_recognises_the_validation_digits_but_not_all_of_them()
    {
        string path = Path.Combine(s_models, "validation.npz");
        float[] images = NpzFile.ReadSingle(path, "x");
        long[] labels = NpzFile.ReadInt64(path, "y");
        Assert.Equal([1000, 28, 28, 1], NpzFile.Read(path, "x").Shape);
        Assert.Equal([1000], NpzFile.Read(path, "y").Shape);
        var network = new PlainNetwork(Path.Combine(s_models, "digits.h5"));
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            float[] logits = network.Logits(images.AsSpan(i * DigitPainter.PixelCount, DigitPainter.PixelCount));
            correct += PlainNetwork.ArgMax(logits) == labels[i] ? 1 : 0;
        }

        Assert.InRange(correct, (int)(RequiredAccuracy * labels.Length), labels.Length - 1);
    }

    [Fact]
    public void Calibration_and_validation_images_are_those_that_the_painter_draws()
    {
        Assert.Equal(DigitSet.Draw(new DigitPainter(4), 0, 128).Images, NpzFile.ReadSingle(Path.Combine(s_models, "calibration.npz"), "x"));
        Assert.Equal([128, 28, 28, 1], NpzFile.Read(Path.Combine(s_models, "calibration.npz"), "x").Shape);
        DigitSet validation = DigitSet.Draw(new DigitPainter(5), 0, 1000);
        Assert.Equal(validation.Images, NpzFile.ReadSingle(Path.Combine(s_models, "validation.npz"), "x"));
        Assert.Equal(validation.Labels.Select(label => (long)label), NpzFile.ReadInt64(Path.Combine(s_models, "validation.npz"), "y"));
    }

    [Fact]
    public void Labels_are_ten_lines()
    {
        Assert.Equal("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", File.ReadAllText(Path.Combine(s_models, "digits.labels.txt")));
    }

    [Fact]
    public void The_files_stay_small()
    {
        Assert.InRange(Directory.GetFiles(s_models).Sum(file => new FileInfo(file).Length), 1, MaxTotalBytes);
    }
}

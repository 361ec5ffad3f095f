using System.IO.Compression;
using Digits.Training.Output;

namespace ModelBuild.RealModels.Tests;

/// <summary>Writes calibration and validation files: training pictures, and test pictures with their labels.</summary>
internal static class LabelledPictures
{
    private const int CalibrationSamples = 128;

    // The source model's answers are computed by the slow reference evaluation.
    private const int MnistValidationSamples = 300;
    private const int CifarValidationSamples = 40;
    private const int MnistPixels = 28 * 28;
    private const int CifarPixels = 32 * 32;
    private const int CifarRecord = 1 + (3 * CifarPixels);

    /// <summary>Writes the two files of a kind of pictures into a folder.</summary>
    public static void Write(Pictures pictures, string folder)
    {
        if (pictures == Pictures.Cifar255)
        {
            WriteCifar(Path.Combine(folder, $"{pictures}.calibration.npz"), "cifar10/train_0000_0999.bin", CalibrationSamples);
            WriteCifar(Path.Combine(folder, $"{pictures}.validation.npz"), "cifar10/test_0000_1999.bin", CifarValidationSamples);
        }
        else
        {
            WriteMnist(pictures, Path.Combine(folder, $"{pictures}.calibration.npz"), "train", CalibrationSamples);
            WriteMnist(pictures, Path.Combine(folder, $"{pictures}.validation.npz"), "t10k", MnistValidationSamples);
        }
    }

    private static void WriteMnist(Pictures pictures, string path, string set, int count)
    {
        byte[] images = Inflate($"mnist/{set}-images-idx3-ubyte.gz", 16, count * MnistPixels);
        byte[] labels = Inflate($"mnist/{set}-labels-idx1-ubyte.gz", 8, count);
        float[] x = [.. images.Select(v => pictures switch
        {
            Pictures.Mnist255 => v,
            Pictures.Mnist1 => v / 255f,
            _ => ((v / 255f) - 0.1307f) / 0.3081f,
        })];
        int[] shape = pictures == Pictures.Mnist1 ? [count, 28, 28, 1] : [count, 1, 28, 28];
        NpzWriter.Write(path, ("x", NpyArray.FromSingle(x, shape)), ("y", NpyArray.FromInt64([.. labels.Select(l => (long)l)], count)));
    }

    private static void WriteCifar(string path, string file, int count)
    {
        byte[] bytes = File.ReadAllBytes(TestData.PathOf(file));
        float[] x = new float[count * 3 * CifarPixels];
        long[] y = new long[count];
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<byte> record = bytes.AsSpan(n * CifarRecord, CifarRecord);
            y[n] = record[0];
            for (int i = 0; i < 3 * CifarPixels; i++)
            {
                x[(n * 3 * CifarPixels) + i] = record[1 + ((i % 3) * CifarPixels) + (i / 3)];
            }
        }

        NpzWriter.Write(path, ("x", NpyArray.FromSingle(x, count, 32, 32, 3)), ("y", NpyArray.FromInt64(y, count)));
    }

    private static byte[] Inflate(string file, int skip, int count)
    {
        using GZipStream stream = new(File.OpenRead(TestData.PathOf(file)), CompressionMode.Decompress);
        byte[] bytes = new byte[skip + count];
        stream.ReadExactly(bytes);
        return bytes[skip..];
    }
}

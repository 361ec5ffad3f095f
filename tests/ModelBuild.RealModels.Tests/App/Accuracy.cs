using System;
using System.IO;
using System.IO.Compression;

namespace ModelBuild.RealModels.App;

/// <summary>Accuracy on labelled pictures.</summary>
internal static class Accuracy
{
    private const int MnistImages = 10_000;
    private const int MnistPixels = 28 * 28;
    private const int CifarPixels = 32 * 32;
    private const int CifarRecord = 1 + (3 * CifarPixels);

    /// <summary>The part of the pictures that the model's first output is largest at the label's place.</summary>
    public static double Measure(AppModel<float> model, string task, string data)
    {
        (float[] images, byte[] labels) = task == "Cifar255" ? Cifar(data) : Mnist(data, task);
        int length = model.InputLength;
        float[][] outputs = model.NewOutputs();
        int right = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            model.Predict(images.AsSpan(n * length, length), outputs);
            right += Array.IndexOf(outputs[0], System.Linq.Enumerable.Max(outputs[0])) == labels[n] ? 1 : 0;
        }

        return right / (double)labels.Length;
    }

    private static (float[] Images, byte[] Labels) Mnist(string data, string task)
    {
        byte[] images = Inflate(Path.Combine(data, "mnist/t10k-images-idx3-ubyte.gz"), 16, MnistImages * MnistPixels);
        byte[] labels = Inflate(Path.Combine(data, "mnist/t10k-labels-idx1-ubyte.gz"), 8, MnistImages);
        return (Array.ConvertAll(images, v => task switch
        {
            "Mnist255" => v,
            "Mnist1" => v / 255f,
            _ => ((v / 255f) - 0.1307f) / 0.3081f,
        }), labels);
    }

    private static (float[] Images, byte[] Labels) Cifar(string data)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(data, "cifar10/test_0000_1999.bin"));
        byte[] labels = new byte[bytes.Length / CifarRecord];
        float[] images = new float[labels.Length * 3 * CifarPixels];
        for (int n = 0; n < labels.Length; n++)
        {
            labels[n] = bytes[n * CifarRecord];
            for (int i = 0; i < 3 * CifarPixels; i++)
            {
                images[(n * 3 * CifarPixels) + i] = bytes[(n * CifarRecord) + 1 + ((i % 3) * CifarPixels) + (i / 3)];
            }
        }

        return (images, labels);
    }

    private static byte[] Inflate(string path, int skip, int count)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        byte[] bytes = new byte[skip + count];
        stream.ReadExactly(bytes);
        return bytes[skip..];
    }
}

using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace ModelBuild.RealModels.App;

/// <summary>Reads the inputs that the tests wrote.</summary>
internal static class Samples
{
    public const int Count = 3;

    public static T[][] Read<T>(string folder, string name)
        where T : unmanaged =>
        [.. Enumerable.Range(0, Count).Select(n => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Path.Combine(folder, $"{name}.{n}.in.bin"))).ToArray())];
}

namespace ModelBuild.Runtime.Tests.Kernels.Images.WebP;

/// <summary>Numbers that are the same on every runtime.</summary>
internal sealed class Vp8Noise(uint seed)
{
    private uint _state = seed;

    /// <summary>A number below another one.</summary>
    public int Next(int end)
    {
        _state = unchecked((_state * 1664525) + 1013904223);
        return (int)((_state >> 8) % (uint)end);
    }

    /// <summary>A number from one to below another.</summary>
    public int Next(int first, int end) => first + Next(end - first);

    public byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)Next(256))];
}

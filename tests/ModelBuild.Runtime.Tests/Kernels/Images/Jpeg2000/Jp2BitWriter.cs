namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>Writes bits with a 0 behind each byte of ones.</summary>
internal sealed class Jp2BitWriter
{
    private readonly List<byte> _bytes = [];
    private int _left;

    public void Write(int value, int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            if (_left == 0)
            {
                _left = _bytes.Count > 0 && _bytes[^1] == 0xFF ? 7 : 8;
                _bytes.Add(0);
            }

            _bytes[^1] |= (byte)(((value >> i) & 1) << --_left);
        }
    }

    /// <summary>The bytes; a last one of ones has one behind it.</summary>
    public byte[] ToArray() => _bytes.Count > 0 && _bytes[^1] == 0xFF ? [.. _bytes, 0] : [.. _bytes];
}

using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

public sealed unsafe class ByteRowsTests
{
    private const int MostBytes = 200;

    [Fact]
    public void RowsOfEveryLengthAreCopiedAndFilledAndNothingElseIsTouched()
    {
        for (int length = 1; length <= MostBytes; length++)
        {
            byte[] values = [.. Samples.Integers(length, length, 0, 256).Select(i => (byte)i)];
            using var source = new GuardedMemory<byte>(values);
            foreach (GuardSide side in new[] { GuardSide.Start, GuardSide.End })
            {
                using var target = new GuardedMemory<byte>(length, side);
                fixed (byte* from = source.Span)
                fixed (byte* to = target.Span)
                {
                    ByteRows.Copy(from, to, length);
                    Assert.Equal(values, target.Span.ToArray());
                    ByteRows.Fill(to, length, 200);
                    Assert.All(target.Span.ToArray(), v => Assert.Equal(200, v));
                }
            }
        }
    }
}

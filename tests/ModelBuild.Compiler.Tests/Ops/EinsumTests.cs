using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>Einstein summation: the parts that it is written with against the sum over all labels.</summary>
public sealed class EinsumTests
{
    [Theory]
    [InlineData("ij->ji", "2,3")]
    [InlineData("ij", "2,3")]
    [InlineData("ba", "2,3")]
    [InlineData("ij->", "2,3")]
    [InlineData("ii->i", "4,4")]
    [InlineData("ii", "4,4")]
    [InlineData("iji->j", "3,2,3")]
    [InlineData("...ii->...i", "2,3,5,5")]
    [InlineData("i,i", "5|5")]
    [InlineData("i,j->ij", "3|4")]
    [InlineData("ij,jk->ik", "2,3|3,4")]
    [InlineData("ij,jk", "2,3|3,4")]
    [InlineData("ij,kj->ki", "2,3|4,3")]
    [InlineData("bij,bjk->bik", "2,3,4|2,4,5")]
    [InlineData("...ij,...jk->...ik", "2,1,3,4|6,4,5")]
    [InlineData("bhid,bhjd->bhij", "2,3,4,5|2,3,6,5")]
    [InlineData("bijc,jbkc->ki", "2,3,4,5|4,2,6,5")]
    [InlineData("ij,jk,kl->il", "2,3|3,4|4,5")]
    [InlineData("ij,ij,i->j", "2,3|2,3|2")]
    [InlineData("ab,cd->da", "2,3|4,5")]
    [InlineData("ij,jk->ik", "2,1|3,4")]
    [InlineData("bi,bi->b", "1,4|3,4")]
    [InlineData("A a, a B -> AB", "2,3|3,4")]
    [InlineData("...->...", "2,3")]
    [InlineData("...,...", "3|2,3")]
    [InlineData("ijk,ilm,njm,nlk,abc->", "2,3,4|2,5,3|2,3,3|2,5,4|1,2,3")]
    public void PartsGiveTheSum(string equation, string shapes)
    {
        foreach (DType type in new[] { DType.F32, DType.F64, DType.I32 })
        {
            Tensor[] operands = [.. shapes.Split('|').Select(s => OpHarness.Counting(type, [.. s.Split(',').Select(long.Parse)]))];
            OpHarness.Run("Einsum", Equation(equation), operands);
        }
    }

    [Fact]
    public void SumsAreThoseOfTheDefinition()
    {
        Tensor a = Tensor.Create<float>([1, 2, 3, 4], 2, 2);
        Assert.Equal([7f, 10, 15, 22], OpHarness.Run("Einsum", Equation("ij,jk->ik"), [a, a])[0].Span<float>().ToArray());
        Assert.Equal([5f], OpHarness.Run("Einsum", Equation("ii"), [a])[0].Span<float>().ToArray());
        Assert.Equal([1f, 3, 2, 4], OpHarness.Run("Einsum", Equation("ba"), [a])[0].Span<float>().ToArray());
    }

    [Theory]
    [InlineData("ij,jk->ik", "2,3")]
    [InlineData("ijk->i", "2,3")]
    [InlineData("ij->iz", "2,3")]
    [InlineData("ij->ii", "2,3")]
    [InlineData("i1->i", "2,3")]
    [InlineData("ij->i->j", "2,3")]
    [InlineData("", "2,3")]
    public void WrongEquationsAreRefused(string equation, string shape)
    {
        Tensor x = OpHarness.Counting(DType.F32, [.. shape.Split(',').Select(long.Parse)]);
        Errors.Expect(Descriptors.InvalidNode, () => OpHarness.Run("Einsum", Equation(equation), [x]));
    }

    [Fact]
    public void SizesMustAgree() =>
        Errors.Expect(Descriptors.ShapeMismatch, () => OpHarness.Run("Einsum", Equation("ij,jk->ik"), [OpHarness.Counting(DType.F32, 2, 3), OpHarness.Counting(DType.F32, 4, 2)]));

    private static AttributeMap Equation(string equation) => new() { { "equation", equation } };
}
